"""Brands, the API keys that open them, and who may sign for them."""
