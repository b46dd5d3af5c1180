"""The lanes as people see them."""

from typing import Any

from giftstream.mongo import ASCENDING, Collection, Database, Document

from order_placement.blocked import reasons

MOST = 1000


class StoreLanes:
    """Reads `stores`, `lanes` and how many orders are due."""

    def __init__(self, database: Database) -> None:
        self._stores: Collection = database["stores"]
        self._lanes: Collection = database["lanes"]
        self._orders: Collection = database["orders"]

    async def of_brand(self, brand_id: str | None) -> list[dict[str, Any]]:
        """Every store's lane of a brand, of all brands for None; up to a thousand."""
        query: Document = {} if brand_id is None else {"brand_id": {"$eq": brand_id}}
        return await self._found(query)

    async def of_store(self, store_id: str) -> dict[str, Any] | None:
        """One store's lane, None where there is no such store."""
        found = await self._found({"_id": {"$eq": store_id}})
        return found[0] if found else None

    async def _found(self, query: Document) -> list[dict[str, Any]]:
        found = self._stores.find(query).sort("_id", ASCENDING).limit(MOST)
        stores = {one["_id"]: one async for one in found}
        ids = {"_id": {"$in": list(stores)}}
        lanes = {one["_id"]: one async for one in self._lanes.find(ids)}
        waiting = await self._waiting(list(stores))
        return [
            {
                "store_id": store_id,
                "brand_id": store["brand_id"],
                "waiting": waiting.get(store_id, 0),
                "blocked_by": list(reasons(store, lanes.get(store_id))),
                "holder": lanes.get(store_id, {}).get("holder"),
                "until": lanes.get(store_id, {}).get("until"),
                "halted": lanes.get(store_id, {}).get("halted"),
            }
            for store_id, store in stores.items()
        ]

    async def _waiting(self, store_ids: list[str]) -> dict[str, int]:
        due = {"store_id": {"$in": store_ids}, "due_at": {"$type": "date"}}
        steps: list[dict[str, Any]] = [
            {"$match": due},
            {"$group": {"_id": "$store_id", "count": {"$sum": 1}}},
        ]
        return {one["_id"]: one["count"] async for one in self._orders.aggregate(steps)}
