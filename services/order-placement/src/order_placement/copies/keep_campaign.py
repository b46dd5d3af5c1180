"""The newest campaign.changed counts, and its waiting orders are judged again."""

from collections.abc import Sequence

from giftstream.delivery import NOTHING, Change, Facts, Received, keep_newest, remove
from giftstream.events import CampaignChanged
from giftstream.mongo import Database

from order_placement.copies.copied import copied, is_news, keys
from order_placement.rechecks import Rechecks, recheck

CAMPAIGNS = "campaigns"


class KeepCampaign:
    """The use case of `campaign.changed`."""

    def __init__(self, database: Database, rechecks: Rechecks) -> None:
        self._campaigns = database[CAMPAIGNS]
        self._rechecks = rechecks

    async def ensure_indexes(self) -> None:
        """To find the campaigns of a store."""
        await self._campaigns.create_index("stores")

    async def facts(self, received: Sequence[Received[CampaignChanged]]) -> Facts:
        """What is stored of these campaigns."""
        facts, ids = Facts(), keys(received)
        await facts.read(CAMPAIGNS, self._campaigns.find({"_id": {"$in": ids}}))
        await self._rechecks.read(facts, ids)
        return facts

    def plan(self, received: Received[CampaignChanged], facts: Facts) -> Change:
        """One document a campaign."""
        campaign = received.event
        if campaign is None:
            if not received.key:
                return NOTHING
            return Change.of(
                remove(CAMPAIGNS, received.key), recheck(facts, received.key, "campaign")
            )
        if not is_news(facts.get(CAMPAIGNS, campaign.campaign_id), campaign.revision):
            return NOTHING
        return Change.of(
            keep_newest(CAMPAIGNS, copied(campaign, campaign.campaign_id)),
            recheck(facts, campaign.campaign_id, "campaign"),
        )
