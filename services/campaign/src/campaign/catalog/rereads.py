"""The collection `rereads`: products that moved in their store and are to be read again."""

from collections.abc import Sequence
from datetime import timedelta

from giftstream.clock import now
from giftstream.mongo import ASCENDING, Collection, Database, Document, IndexModel, ReturnDocument

REREADS = "rereads"
BEHIND = timedelta(seconds=1)


class Rereads:
    """Every query on products to be read again. One document a product, however many hints."""

    def __init__(self, database: Database) -> None:
        self._rereads: Collection = database[REREADS]

    async def ensure_indexes(self) -> None:
        """What is due, of all stores and of one, the longest waiting first."""
        await self._rereads.create_indexes(
            [
                IndexModel([("due_at", ASCENDING)]),
                IndexModel([("store_id", ASCENDING), ("due_at", ASCENDING)]),
            ]
        )

    async def named(self, product_ids: Sequence[str]) -> list[Document]:
        """Those of the products that are noted already."""
        return [o async for o in self._rereads.find({"_id": {"$in": list(product_ids)}})]

    async def stores_with_due(self) -> list[str]:
        """Which stores have a product to be read now."""
        found: list[str] = await self._rereads.distinct("store_id", {"due_at": {"$lte": now()}})
        return found

    async def claim(self, store_id: str, lease_s: float) -> Document | None:
        """The store's product that has waited longest, ours until the lease ends; None when none
        is due."""
        moment = now()
        return await self._rereads.find_one_and_update(
            {"store_id": store_id, "due_at": {"$lte": moment}},
            {"$set": {"due_at": moment + timedelta(seconds=lease_s)}, "$inc": {"version": 1}},
            sort=[("due_at", ASCENDING)],
            return_document=ReturnDocument.AFTER,
        )

    async def done(self, product: Document) -> None:
        """It was read; a hint that came meanwhile keeps it in the list, due at once."""
        read = {"_id": product["_id"], "version": product["version"]}
        if not (await self._rereads.delete_one(read)).deleted_count:
            again: Document = {"$set": {"due_at": now()}, "$inc": {"version": 1}}
            await self._rereads.update_one({"_id": product["_id"]}, again)

    async def wait(self, product: Document, delay_s: float) -> None:
        """Read it later: the store does not answer now. Nor will it for its other products, which
        wait too, so that a dead store costs the others one deadline and not one a product."""
        until = now() + timedelta(seconds=delay_s)
        await self._rereads.update_one(
            {"_id": product["_id"], "version": product["version"]},
            # After the others: were it alone at fault, they would never be read.
            {"$set": {"due_at": until + BEHIND}, "$inc": {"version": 1, "attempts": 1}},
        )
        due = {"due_at": {"$lte": until}, "store_id": product["store_id"]}
        await self._rereads.update_many(due, {"$set": {"due_at": until}})
