"""`giftstream selections`: what creators chose, handed in over HTTP."""
