"""Placing in the stores of each platform, and which of them are connected."""
