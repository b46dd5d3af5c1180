"""Which product a store's stock item belongs to: every query of the collection `stock_items`."""

from collections.abc import Sequence
from datetime import timedelta

from giftstream.clock import now
from giftstream.mongo import ASCENDING, Database, Document, IndexModel, UpdateOne

COLLECTION = "stock_items"
KEPT_S = 90 * 24 * 3600


class StockItems:
    """One document an item. News about stock names the item alone, and each store is asked once
    which product that is of; `due_at` is there as long as it is to be asked."""

    def __init__(self, database: Database) -> None:
        self._items = database[COLLECTION]

    async def ensure_indexes(self) -> None:
        """By store and due time; forgotten when nothing moved for long."""
        await self._items.create_indexes(
            [
                IndexModel(
                    [("store_id", ASCENDING), ("due_at", ASCENDING)],
                    partialFilterExpression={"due_at": {"$type": "date"}},
                ),
                IndexModel([("moved_at", ASCENDING)], expireAfterSeconds=KEPT_S),
            ]
        )

    async def moved(self, items: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """(store, item) whose stock moved → (store, product) of those that are known; the store
        is to be asked about the others."""
        ids = {f"{store_id}/{ref}": (store_id, ref) for store_id, ref in items}
        if not ids:
            return []
        found = self._items.find({"_id": {"$in": list(ids)}, "product_ref": {"$ne": None}})
        known = {one["_id"]: (one["store_id"], one["product_ref"]) async for one in found}
        moment = now()
        writes = [
            UpdateOne(
                {"_id": one},
                {
                    "$set": {"moved_at": moment} if one in known else {"due_at": moment},
                    "$setOnInsert": _new(*ids[one])
                    | ({} if one in known else {"moved_at": moment}),
                },
                upsert=True,
            )
            for one in ids
        ]
        await self._items.bulk_write(writes, ordered=False)
        return list(known.values())

    async def stores_with_due(self, store_ids: Sequence[str]) -> list[str]:
        """Which of these stores are to be asked about an item now."""
        query = {"store_id": {"$in": list(store_ids)}, "due_at": {"$lte": now()}}
        return [str(one) for one in await self._items.distinct("store_id", query)]

    async def due(self, store_id: str, limit: int) -> list[Document]:
        """Items of a store to be asked about, the longest waiting first."""
        found = self._items.find({"store_id": store_id, "due_at": {"$lte": now()}})
        return await found.sort("due_at", ASCENDING).limit(limit).to_list(None)

    async def is_of(self, item: Document, product_ref: str) -> None:
        """What the store said; it stays so."""
        await self._items.update_one(
            {"_id": item["_id"]}, {"$set": {"product_ref": product_ref}, "$unset": {"due_at": ""}}
        )

    async def gone(self, item: Document) -> None:
        """The store knows of no such item."""
        await self._items.delete_one({"_id": item["_id"]})

    async def wait(self, store_id: str, delay_s: float) -> None:
        """The store does not answer now: ask about all of its items later."""
        await self._items.update_many(
            {"store_id": store_id, "due_at": {"$lte": now()}},
            {"$set": {"due_at": now() + timedelta(seconds=delay_s)}},
        )


def _new(store_id: str, ref: str) -> Document:
    return {"store_id": store_id, "item_ref": ref, "product_ref": None}
