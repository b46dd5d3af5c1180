"""A selection takes its part of what the creator may get, or is told that it is too much.

The early answer only: order-placement claims again, for all selections, and its claim binds.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from giftstream.events import Reason, ReasonCode
from giftstream.failures import Transient
from giftstream.mongo import Document
from giftstream.reasons import reason

from campaign.selections.participations import Claim, Limits, Participations

TRIES = 5


@dataclass(frozen=True)
class NoRoom:
    """Which limits a selection is beyond, and how much each of them has left."""

    reasons: tuple[Reason, ...]

    @property
    def code(self) -> str:
        """The first one's."""
        return self.reasons[0].code


def own_limits(participation: Document) -> Limits:
    """Those that the creator has of their own in this campaign."""
    return {name: limit for name, limit in participation["allowance"].items() if limit is not None}


def limits_of(campaign: Document, participation: Document) -> Limits:
    """The campaign's limits, but for those that the participation has of its own."""
    return {**campaign["allowance"], **own_limits(participation)}


class ClaimAllowance:
    """Claims once per selection, however often it is asked."""

    def __init__(self, participations: Participations) -> None:
        self._participations = participations

    async def __call__(
        self, campaign: Document, participation: Document, claim: Claim
    ) -> NoRoom | None:
        """None when the claim stands; else why there is no room for it. Raises Transient when room
        comes and goes all the time."""
        limits = limits_of(campaign, participation)
        participation_id = participation["_id"]
        for _ in range(TRIES):
            if await self._participations.claim(participation_id, claim, limits):
                return None
            if await self._participations.has_claim(participation_id, claim.selection):
                return None
            current = await self._participations.find(campaign["brand_id"], participation_id)
            reasons = tuple(beyond(campaign, current or participation, claim))
            if reasons:
                return NoRoom(reasons)
            # Others gave back between the two looks: now there may be room.
        raise Transient("the creator's allowance is being written by others all the time")


def beyond(campaign: Document, participation: Document, claim: Claim) -> Iterator[Reason]:
    """One reason for each limit that the claim is beyond, for whoever sends the selection: there is
    no order yet that a person could approve."""
    limits, own = limits_of(campaign, participation), own_limits(participation)
    asked = {"orders_per_creator": 1, "items": claim.items, "value": claim.value}
    for name, amount in asked.items():
        left = _left(limits[name], participation["used"][name])
        if left is None or left >= amount:
            continue
        whose = (_OF_CREATOR if name in own else _OF_CAMPAIGN).format(name)
        said = _SAID[name].format(asked=amount, left=left, limit=limits[name] or 0)
        code = _CODES.get(name, "allowance_exceeded")
        yield reason(code, f"No selection was taken: {said} {whose}")


_CODES: dict[str, ReasonCode] = {"orders_per_creator": "duplicate_order"}
_SAID = {
    "orders_per_creator": "of the creator's orders ({limit} in all) none is left.",
    "items": "it has {asked} items and {left} of the creator's {limit} are left. Choose less.",
    "value": "it is worth {asked} and {left} of the creator's {limit} are left, in minor units. "
    "Choose less.",
}
_OF_CAMPAIGN = "To give more, raise `allowance.{}` of the campaign, then send it again."
_OF_CREATOR = (
    "It is a limit of the creator's own in this campaign: add the creator again with `allowance.{}`"
    " to change it, null for the campaign's, then send the selection again."
)


def _left(limit: int | str | None, used: int) -> int | None:
    """None where nothing limits it; a limit that nobody set allows nothing."""
    return None if limit == "unlimited" else max(int(limit or 0) - used, 0)
