"""The words campaigns are described with."""

from typing import Literal

CampaignType = Literal["product_gifting", "paid_and_gifting", "paid_only"]
CampaignStatus = Literal["draft", "published", "closed"]

GIFTING: frozenset[str] = frozenset({"product_gifting", "paid_and_gifting"})
"""The types whose creators select products; any other selection is refused."""

LIMITS = ("items", "value", "orders_per_creator")
"""What an allowance says: a number, the word `unlimited`, or None while nobody has decided."""
