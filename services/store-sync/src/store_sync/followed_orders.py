"""Orders that we follow in the stores: every query of the collection `followed_orders`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from giftstream.clock import now
from giftstream.identity import new_id
from giftstream.mongo import ASCENDING, Database, Document, IndexModel, ReturnDocument, UpdateOne
from giftstream.outbox import Entry, outbox_room

COLLECTION = "followed_orders"
HISTORY = 50


class FollowedOrders:
    """One document an order: whose it is, what was ordered, what was last seen.

    `due_at` is when the store is read next, `lease` who reads it now, `hint` what made it due.
    """

    def __init__(self, database: Database) -> None:
        self._orders = database[COLLECTION]

    async def ensure_indexes(self) -> None:
        """By store and due time, and by the store's own id."""
        await self._orders.create_indexes(
            [
                IndexModel([("store_id", ASCENDING), ("due_at", ASCENDING)]),
                IndexModel(
                    [("store_id", ASCENDING), ("store_order.id", ASCENDING)], name="store_order"
                ),
            ]
        )

    def read(self, order_ids: Sequence[str]) -> AsyncIterator[Document]:
        """Those of these that we follow."""
        return self._orders.find({"_id": {"$in": list(order_ids)}})

    async def get(self, order_id: str) -> Document | None:
        """The whole document."""
        return await self._orders.find_one({"_id": order_id})

    async def stores_with_due(self, store_ids: Sequence[str]) -> list[str]:
        """Which of these stores have an order to read now."""
        query = {"store_id": {"$in": list(store_ids)}, "due_at": {"$lte": now()}}
        found: list[str] = await self._orders.distinct("store_id", query)
        return found

    async def claim(self, store_id: str, lease_s: float) -> Document | None:
        """The store's most overdue order, ours to read until the lease ends; None when there is
        none. A reader that dies lets it come due again by itself."""
        moment = now()
        until = moment + timedelta(seconds=lease_s)
        return await self._orders.find_one_and_update(
            {
                "store_id": store_id,
                "due_at": {"$lte": moment},
                "$or": [{"lease": None}, {"lease.until": {"$lte": moment}}],
            },
            {
                "$set": {"due_at": until, "lease": {"holder": new_id(), "until": until}},
                "$inc": {"version": 1},
            },
            sort=[("due_at", ASCENDING)],
            return_document=ReturnDocument.AFTER,
        )

    async def save(
        self,
        claimed: Document,
        fields: Mapping[str, Any],
        next_at: datetime | None,
        entries: Sequence[Entry] = (),
        observation: Document | None = None,
    ) -> bool:
        """What was read, with its events, in one write; False when the lease went to another, or
        the outbox has no room."""
        query: Document = {"_id": claimed["_id"], "lease.holder": claimed["lease"]["holder"]}
        update: Document = {"$set": {**fields, "lease": None}, "$inc": {"version": 1}}
        push: Document = {}
        if entries:
            query |= outbox_room(len(entries))
            push["outbox"] = {"$each": list(entries)}
        if observation is not None:
            push["observations"] = {"$each": [observation], "$slice": -HISTORY}
        if push:
            update["$push"] = push
        untouched = await self._orders.update_one(
            {**query, "due_at": claimed["due_at"]}, _with_next(update, next_at)
        )
        if untouched.matched_count:
            return True
        # A hint came while the store was being read: the order stays due.
        hinted = await self._orders.update_one(query, update)
        return bool(hinted.matched_count)

    async def release(self, claimed: Document, next_at: datetime) -> None:
        """Nothing could be read: again at that time."""
        await self._orders.update_one(
            {"_id": claimed["_id"], "lease.holder": claimed["lease"]["holder"]},
            {"$set": {"lease": None, "due_at": next_at}, "$inc": {"version": 1}},
        )

    async def known(self, store_id: str, refs: Sequence[str]) -> dict[str, Document]:
        """Our orders by the store's own ids, with what was last seen of when they changed."""
        query = {"store_id": store_id, "store_order.id": {"$in": list(refs)}}
        fields = {"store_order.id": 1, "seen.updated_at": 1, "verified_at": 1, "stable_since": 1}
        return {one["store_order"]["id"]: one async for one in self._orders.find(query, fields)}

    async def marked(self, store_id: str, order_ids: Sequence[str]) -> set[str]:
        """Which of these ids, read from marks, are orders of this store that we follow."""
        query = {"_id": {"$in": list(order_ids)}, "store_id": store_id}
        return {one["_id"] async for one in self._orders.find(query, {"_id": 1})}

    async def hint(self, order_ids: Sequence[str], source: str) -> None:
        """Read these now."""
        moment = now()
        if order_ids:
            await self._orders.bulk_write(
                [
                    UpdateOne(
                        {"_id": one},
                        {
                            "$min": {"due_at": moment},
                            "$set": {"hint": source},
                            "$inc": {"version": 1},
                        },
                    )
                    for one in order_ids
                ],
                ordered=False,
            )


def _with_next(update: Document, next_at: datetime | None) -> Document:
    fields = {**update["$set"], "hint": "poll"}
    if next_at is None:
        return {**update, "$set": fields, "$unset": {"due_at": ""}}
    return {**update, "$set": {**fields, "due_at": next_at}}
