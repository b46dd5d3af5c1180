"""Gift orders: every query of intake and API on the collection `orders`.

The compare-and-sets of placing are in `placing`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from giftstream.clock import now
from giftstream.mongo import ASCENDING, DESCENDING, Collection, Database, Document, IndexModel
from giftstream.outbox import Entry, outbox_room, state_entry

from order_placement.order_events import CHANGED, ORDERS


def changing(fields: Mapping[str, Any], *entries: Entry) -> Document:
    """The update that sets these fields, counts `sequence` and `version` up and tells of it.

    Every change of an order that others shall see is one of these, in one write with its events.
    """
    return {
        "$set": {**fields, "changed_at": now()},
        "$inc": {"sequence": 1, "version": 1},
        "$push": {"outbox": {"$each": [state_entry(CHANGED), *entries]}},
    }


class Orders:
    """The collection `orders` as intake, observations and people use it."""

    def __init__(self, database: Database) -> None:
        self._orders: Collection = database[ORDERS]

    async def ensure_indexes(self) -> None:
        """One index for each hot query; none of them scans."""
        is_due = {"due_at": {"$type": "date"}}
        await self._orders.create_indexes(
            [
                IndexModel(
                    [("store_id", ASCENDING), ("due_at", ASCENDING)], partialFilterExpression=is_due
                ),
                IndexModel([("brand_id", ASCENDING), ("created_at", DESCENDING)]),
                IndexModel(
                    [("campaign_id", ASCENDING), ("status", ASCENDING), ("created_at", DESCENDING)]
                ),
                IndexModel([("selection", ASCENDING)]),
                IndexModel(
                    [("store_order.id", ASCENDING), ("store_id", ASCENDING)],
                    partialFilterExpression={"store_order.id": {"$exists": True}},
                ),
            ]
        )

    async def find(self, order_id: str) -> Document | None:
        """One order, None when there is none."""
        return await self._orders.find_one({"_id": order_id})

    async def of_selection(self, selection: str) -> list[Document]:
        """All orders of one selection's intake document, by part."""
        cursor = self._orders.find({"selection": selection}).sort("part", ASCENDING)
        return [one async for one in cursor]

    async def change(
        self, before: Document, fields: Mapping[str, Any], entries: Sequence[Entry] = ()
    ) -> Document | None:
        """The order as changed, None when somebody wrote since `before` was read."""
        query = {
            "_id": before["_id"],
            "version": before["version"],
            **outbox_room(1 + len(entries)),
        }
        update = changing(fields, *entries)
        done = await self._orders.update_one(query, update)
        if done.modified_count == 0:
            return None
        return await self.find(before["_id"])
