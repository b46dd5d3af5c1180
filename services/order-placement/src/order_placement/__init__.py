"""Gift orders from intake to the store order and on to their end."""
