"""`giftstream catalog`: the products of a campaign, imported from its stores."""
