"""A campaign opens for selections."""

from collections.abc import Mapping
from typing import Any

from giftstream.clock import now
from giftstream.events import Reason
from giftstream.mongo import Document

from campaign.announcing import Announce
from campaign.campaigns.campaigns import CAMPAIGNS, Campaigns
from campaign.campaigns.check_stores import CheckStores
from campaign.campaigns.kinds import GIFTING, LIMITS
from campaign.refusals import conflicts_with, invalid, stale


def missing_limits(campaign: Mapping[str, Any]) -> list[Reason]:
    """One reason for each limit that is neither a number nor the word `unlimited`."""
    if campaign["type"] not in GIFTING:
        return []
    return [
        Reason(
            code="missing_limit",
            detail='Say how much a creator may get: a number, or "unlimited".',
            path=f"allowance.{name}",
        )
        for name in LIMITS
        if campaign["allowance"].get(name) is None
    ]


_CLOSED = "The campaign was closed; POST /campaigns/{id}/reopen opens it again."


class PublishCampaign:
    """Publishes a draft; a campaign that is published already stays as it is."""

    def __init__(self, campaigns: Campaigns, check_stores: CheckStores, outbox: Announce) -> None:
        self._campaigns = campaigns
        self._check_stores = check_stores
        self._outbox = outbox

    async def __call__(self, campaign: Document, *, reopen: bool = False) -> Document:
        """The campaign as published. Refused for a missing limit, an unknown store, and, unless
        it is to be opened again, a closed campaign."""
        if campaign["status"] == "published":
            return campaign
        if campaign["status"] == "closed" and not reopen:
            raise conflicts_with("campaign_closed", _CLOSED)
        if missing := missing_limits(campaign):
            # A blank limit would mean "nothing" to us and "unlimited" to others: say it.
            raise invalid("missing_limit", "Set every limit before publishing.", missing)
        await self._check_stores(campaign["brand_id"], campaign["stores"])
        published = await self._campaigns.replace(
            campaign, {"status": "published", "published_at": now(), "closed_at": None}
        )
        if published is None:
            raise stale()
        await self._outbox.flush_soon(CAMPAIGNS, [published["_id"]])
        return published
