"""The newest campaign.changed counts, and its waiting orders are judged again."""

from collections.abc import Sequence

from giftstream.delivery import (
    NOTHING,
    Change,
    Facts,
    Put,
    Received,
    insert,
    keep_newest,
    remove,
    replace,
)
from giftstream.events import CampaignChanged
from giftstream.mongo import Database, Document

from order_placement.copies.copied import copied, is_news, keys
from order_placement.intake.budgets import BUDGETS, has_budget, new_budget
from order_placement.rechecks import Rechecks, recheck

CAMPAIGNS = "campaigns"


class KeepCampaign:
    """The use case of `campaign.changed`."""

    def __init__(self, database: Database, rechecks: Rechecks) -> None:
        self._campaigns = database[CAMPAIGNS]
        self._budgets = database[BUDGETS]
        self._rechecks = rechecks

    async def ensure_indexes(self) -> None:
        """To find the campaigns of a store."""
        await self._campaigns.create_index("stores")

    async def facts(self, received: Sequence[Received[CampaignChanged]]) -> Facts:
        """What is stored of these campaigns."""
        facts, ids = Facts(), keys(received)
        await facts.read(CAMPAIGNS, self._campaigns.find({"_id": {"$in": ids}}))
        await facts.read(BUDGETS, self._budgets.find({"_id": {"$in": ids}}))
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
        stored = facts.get(CAMPAIGNS, campaign.campaign_id)
        if not is_news(stored, campaign.revision):
            return NOTHING
        copy = copied(campaign, campaign.campaign_id)
        return Change.of(
            *_budget(facts, stored, copy),
            keep_newest(CAMPAIGNS, copy),
            recheck(facts, campaign.campaign_id, "campaign"),
        )


def _budget(facts: Facts, stored: Document | None, copy: Document) -> Sequence[Put]:
    """Written before the copy, which makes orders look at it."""
    budget = facts.get(BUDGETS, copy["_id"])
    if has_budget(copy):
        gave_nothing = stored is None or stored["status"] == "draft"
        return (
            [insert(BUDGETS, new_budget(copy["_id"], copy["brand_id"]))]
            if (budget is None and gave_nothing)
            else []
        )
    if budget is None or not budget.get("counted"):
        return []
    # From now on orders are accepted that it does not know of.
    return [replace(BUDGETS, budget, {**budget, "counted": False})]
