"""Reading catalogs: one connector for each vendor."""
