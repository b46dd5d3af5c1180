"""Campaigns whose waiting orders are to be judged again, because a fact about them changed."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from giftstream.clock import now
from giftstream.delivery import Facts, Put, insert, replace
from giftstream.mongo import ASCENDING, Collection, Database, Document, IndexModel

RECHECKS = "rechecks"
Because = Literal["campaign", "catalog", "store"]

# An import changes hundreds of items in a moment; its orders are judged once for all of them.
SOON = timedelta(seconds=0.3)
PAGE = 20


def recheck(facts: Facts, campaign_id: str, because: Because) -> Put:
    """Marks a campaign; its document must be among the facts, where there is one."""
    stored = facts.get(RECHECKS, campaign_id)
    if stored is None:
        document = {"_id": campaign_id, "because": [because], "due_at": now() + SOON, "marks": 1}
        return insert(RECHECKS, {**document, "version": 1, "outbox": []})
    causes = sorted({*stored["because"], because})
    # The count moves even when nothing else does, so that a check under way does not remove it.
    after = {**stored, "because": causes, "marks": stored["marks"] + 1}
    return replace(RECHECKS, stored, after)


class Rechecks:
    """The collection `rechecks`."""

    def __init__(self, database: Database) -> None:
        self._rechecks: Collection = database[RECHECKS]
        self._campaigns: Collection = database["campaigns"]

    async def ensure_indexes(self) -> None:
        """By when they are due."""
        await self._rechecks.create_indexes([IndexModel([("due_at", ASCENDING)])])

    async def read(self, facts: Facts, campaign_ids: Iterable[str]) -> None:
        """The marks that there are for these campaigns."""
        wanted = list(campaign_ids)
        if wanted:
            await facts.read(RECHECKS, self._rechecks.find({"_id": {"$in": wanted}}))

    async def due(self) -> list[Document]:
        """Some that are to be done now."""
        cursor = self._rechecks.find({"due_at": {"$lte": now()}}).sort("due_at", 1).limit(PAGE)
        return [one async for one in cursor]

    async def campaign(self, campaign_id: str) -> Document | None:
        """Our copy of the campaign, None when it was deleted."""
        return await self._campaigns.find_one({"_id": campaign_id})

    async def again(self, recheck: Document) -> None:
        """Look at it once more after a moment."""
        await self._rechecks.update_one(
            {"_id": recheck["_id"]}, {"$set": {"due_at": now() + SOON}, "$inc": {"version": 1}}
        )

    async def done(self, recheck: Document) -> None:
        """Remove it, unless it was marked again since it was read."""
        await self._rechecks.delete_one({"_id": recheck["_id"], "version": recheck["version"]})
