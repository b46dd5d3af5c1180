"""Brands, campaigns, catalog, participations, selections and the board."""
