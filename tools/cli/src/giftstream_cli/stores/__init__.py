"""`giftstream stores`: the stores that gifts are ordered in."""
