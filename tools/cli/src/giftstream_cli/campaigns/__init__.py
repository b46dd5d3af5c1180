"""`giftstream campaigns`: what creators may choose from, and how much of it."""
