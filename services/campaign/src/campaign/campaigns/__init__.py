"""Campaigns, and the stores they may choose from."""
