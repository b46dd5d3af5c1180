"""How far each store's changes were read: every query of the collection `polls`."""

from datetime import datetime, timedelta

from giftstream.clock import now
from giftstream.identity import new_id
from giftstream.mongo import (
    ASCENDING,
    Database,
    Document,
    DuplicateKeyError,
    IndexModel,
    ReturnDocument,
)

COLLECTION = "polls"


class Polls:
    """One document a store: `seen_until` in the store's own time, `since` and `after` while a
    round of pages is not finished, `due_at` when to ask next."""

    def __init__(self, database: Database) -> None:
        self._polls = database[COLLECTION]

    async def ensure_indexes(self) -> None:
        """By due time."""
        await self._polls.create_indexes([IndexModel([("due_at", ASCENDING)])])

    async def begin(self, store_id: str, seen_until: datetime) -> None:
        """A store that is polled from now on; harmless when it is already."""
        try:
            await self._polls.update_one(
                {"_id": store_id},
                {
                    "$setOnInsert": {
                        "seen_until": seen_until,
                        "since": None,
                        "after": None,
                        "lease": None,
                        "due_at": now(),
                        "version": 1,
                    }
                },
                upsert=True,
            )
        except DuplicateKeyError:
            return

    async def soon(self, store_id: str) -> None:
        """Something moved that no webhook names."""
        await self._polls.update_one({"_id": store_id}, {"$set": {"due_at": now()}})

    async def claim(self, store_id: str, lease_s: float) -> Document | None:
        """The store's poll when it is due, ours until the lease ends."""
        moment = now()
        until = moment + timedelta(seconds=lease_s)
        return await self._polls.find_one_and_update(
            {
                "_id": store_id,
                "due_at": {"$lte": moment},
                "$or": [{"lease": None}, {"lease.until": {"$lte": moment}}],
            },
            {
                "$set": {"due_at": until, "lease": {"holder": new_id(), "until": until}},
                "$inc": {"version": 1},
            },
            return_document=ReturnDocument.AFTER,
        )

    async def due(self, store_ids: list[str]) -> list[str]:
        """Which of these stores are to be polled now."""
        query = {"_id": {"$in": store_ids}, "due_at": {"$lte": now()}}
        return [one["_id"] async for one in self._polls.find(query, {"_id": 1})]

    async def turn_page(
        self,
        claimed: Document,
        *,
        since: datetime,
        after: str | None,
        seen_until: datetime,
        lease_s: float,
    ) -> bool:
        """A page is applied; False when the lease went to another."""
        until = now() + timedelta(seconds=lease_s)
        fields = {
            "since": since if after is not None else None,
            "after": after,
            "seen_until": seen_until,
            "lease.until": until,
            "due_at": until,
        }
        return await self._set(claimed, fields)

    async def end(self, claimed: Document, next_at: datetime, *, anew: bool = False) -> None:
        """Done for now. `anew` forgets a page that the store does not know any more."""
        fields = {"lease": None, "due_at": next_at}
        if anew:
            fields |= {"since": None, "after": None}
        await self._set(claimed, fields)

    async def _set(self, claimed: Document, fields: Document) -> bool:
        result = await self._polls.update_one(
            {"_id": claimed["_id"], "lease.holder": claimed["lease"]["holder"]},
            {"$set": fields, "$inc": {"version": 1}},
        )
        return bool(result.matched_count)
