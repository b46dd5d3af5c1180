"""The collection `budgets`: what each campaign gave away, and whether all of it is counted."""

from datetime import datetime

from giftstream.clock import now
from giftstream.mongo import Collection, Database, Document, ReturnDocument

from order_placement.intake.budgets import BUDGETS, new_budget


class Budgets:
    """Every query on budgets but those of taking and giving back, which are puts."""

    def __init__(self, database: Database) -> None:
        self._budgets: Collection = database[BUDGETS]

    async def ensure_indexes(self) -> None:
        """Budgets are always looked for by campaign; nothing to do."""

    async def uncounted_since(self, campaign: Document) -> datetime | None:
        """Since when it is known that earlier orders are to be counted; None once they are."""
        made = new_budget(campaign["_id"], campaign["brand_id"])
        await self._budgets.update_one(
            {"_id": made.pop("_id")},
            {"$setOnInsert": {**made, "counted": False, "version": 1}},
            upsert=True,
        )
        uncounted = {"_id": campaign["_id"], "counted": {"$ne": True}}
        noted = await self._budgets.find_one_and_update(
            {**uncounted, "uncounted_since": None},
            {"$set": {"uncounted_since": now()}, "$inc": {"version": 1}},
            return_document=ReturnDocument.AFTER,
        )
        found: Document = noted or await self._budgets.find_one(uncounted) or {}
        return found.get("uncounted_since")

    async def counted(self, campaign_id: str, since: datetime) -> None:
        """All that was accepted before is counted now, unless the budget went away meanwhile."""
        await self._budgets.update_one(
            {"_id": campaign_id, "uncounted_since": since},
            {"$set": {"counted": True}, "$unset": {"uncounted_since": ""}, "$inc": {"version": 1}},
        )
