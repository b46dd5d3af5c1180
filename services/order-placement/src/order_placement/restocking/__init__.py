"""Orders that are short of stock go on when the store has some again.

A stock level is in no event: the store's hint that a product moved becomes a document, and from
that the live stock is read and as many orders are released as it is enough for, oldest first.
"""
