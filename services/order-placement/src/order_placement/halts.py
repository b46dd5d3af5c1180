"""A person's pause of a lane: it stands until a person lifts it, whatever the store says meanwhile.

Not the pause that placing makes by itself when a store lets us in no more (`paused`); that one is
lifted as soon as the store is connected again, this one is not.
"""

from giftstream.clock import LONG_AGO
from giftstream.mongo import ASCENDING, Collection, Database, Document, IndexModel

from order_placement.copies.keep_store import STORES

LANES = "lanes"


class Halts:
    """The field `halted` of `lanes`: {by, reason, at}, absent where nobody paused."""

    def __init__(self, database: Database) -> None:
        self._stores: Collection = database[STORES]
        self._lanes: Collection = database[LANES]

    async def ensure_indexes(self) -> None:
        """Few lanes are ever paused by a person, and it is asked several times a second."""
        halted = {"halted.at": {"$type": "date"}}
        await self._lanes.create_indexes(
            [IndexModel([("halted.at", ASCENDING)], name="halted", partialFilterExpression=halted)]
        )

    async def __call__(self) -> set[str]:
        """The stores whose lanes a person paused."""
        query = {"halted.at": {"$type": "date"}}
        return {one["_id"] async for one in self._lanes.find(query, {"_id": 1})}

    async def store(self, store_id: str) -> Document | None:
        """The store of a lane, None where there is none."""
        return await self._stores.find_one({"_id": {"$eq": store_id}})

    async def halt(self, store_id: str, by: str, reason: str) -> bool:
        """Whether it was running until now; who paused it first stays on record."""
        # Made first: a lane that never had an order has no document, and is to wait all the same.
        await self._lanes.update_one(
            {"_id": store_id}, {"$setOnInsert": {"holder": None, "until": LONG_AGO}}, upsert=True
        )
        told = {"by": {"$literal": by}, "reason": {"$literal": reason}, "at": "$$NOW"}
        done = await self._lanes.update_one(
            {"_id": store_id, "halted.at": {"$exists": False}}, [{"$set": {"halted": told}}]
        )
        return bool(done.modified_count)

    async def lift(self, store_id: str) -> bool:
        """Whether a person had paused it."""
        done = await self._lanes.update_one(
            {"_id": store_id, "halted.at": {"$exists": True}}, {"$unset": {"halted": ""}}
        )
        return bool(done.modified_count)
