"""A campaign takes no more selections."""

from giftstream.clock import now
from giftstream.mongo import Document

from campaign.announcing import Announce
from campaign.campaigns.campaigns import CAMPAIGNS, Campaigns
from campaign.refusals import stale


class CloseCampaign:
    """Closes a campaign; one that is closed already stays as it is."""

    def __init__(self, campaigns: Campaigns, outbox: Announce) -> None:
        self._campaigns = campaigns
        self._outbox = outbox

    async def __call__(self, campaign: Document) -> Document:
        """The campaign as closed. Orders that exist go on."""
        if campaign["status"] == "closed":
            return campaign
        closed = await self._campaigns.replace(campaign, {"status": "closed", "closed_at": now()})
        if closed is None:
            raise stale()
        await self._outbox.flush_soon(CAMPAIGNS, [closed["_id"]])
        return closed
