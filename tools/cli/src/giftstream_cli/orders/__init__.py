"""`giftstream orders`: what became of selections."""
