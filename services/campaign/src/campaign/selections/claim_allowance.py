"""A selection takes its part of what the creator may get, or is told that it is too much.

The early answer only: order-placement claims again, for all selections, and its claim binds.
"""

from giftstream.events import ReasonCode
from giftstream.mongo import Document

from campaign.selections.participations import Claim, Limits, Participations


def limits_of(campaign: Document, participation: Document) -> Limits:
    """The campaign's limits, but for those that the participation has of its own."""
    own = {name: limit for name, limit in participation["allowance"].items() if limit is not None}
    return {**campaign["allowance"], **own}


class ClaimAllowance:
    """Claims once per selection, however often it is asked."""

    def __init__(self, participations: Participations) -> None:
        self._participations = participations

    async def __call__(
        self, campaign: Document, participation: Document, claim: Claim
    ) -> ReasonCode | None:
        """None when the claim stands; else why there is no room for it."""
        limits = limits_of(campaign, participation)
        participation_id = participation["_id"]
        if await self._participations.claim(participation_id, claim, limits):
            return None
        if await self._participations.has_claim(participation_id, claim.selection):
            return None
        current = await self._participations.find(campaign["brand_id"], participation_id)
        used = (current or participation)["used"]["orders_per_creator"]
        orders = limits["orders_per_creator"]
        if orders != "unlimited" and used + 1 > int(orders or 0):
            return "duplicate_order"
        return "allowance_exceeded"
