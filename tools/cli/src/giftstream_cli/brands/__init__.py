"""`giftstream brands`: brands, their API keys, and the platforms that may sign for them."""
