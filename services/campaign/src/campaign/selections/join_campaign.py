"""A creator takes part in a campaign."""

from giftstream.clock import now
from giftstream.mongo import Document

from campaign.selections.participations import (
    Limits,
    Participations,
    participation_identity,
)


class JoinCampaign:
    """One participation per campaign and creator: joining again gives the same one back."""

    def __init__(self, participations: Participations) -> None:
        self._participations = participations

    async def __call__(
        self,
        campaign: Document,
        creator_id: str,
        allowance: Limits | None = None,
        *,
        again: bool = False,
    ) -> Document:
        """The participation, with the limits that `allowance` names; null ends one of its own.

        What was given stays counted when a creator is removed and added again, which takes a
        person's word (`again`), as new limits do: a selection of theirs alone does neither.
        """
        limits = allowance or {}
        stored = await self._participations.insert(
            {
                "_id": participation_identity(campaign["_id"], creator_id),
                "version": 1,
                "outbox": [],
                "brand_id": campaign["brand_id"],
                "campaign_id": campaign["_id"],
                "creator_id": creator_id,
                "allowance": limits,
                "used": {"items": 0, "value": 0, "orders_per_creator": 0},
                "claims": [],
                "created_at": now(),
                "removed_at": None,
            }
        )
        asks_anew = {**stored["allowance"], **limits} != stored["allowance"]
        if again and (asks_anew or stored.get("removed_at") is not None):
            return await self._participations.renew(stored["_id"], limits) or stored
        return stored
