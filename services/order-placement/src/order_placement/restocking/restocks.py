"""Products that moved in a store while orders wait for them: read again when due."""

from collections.abc import Iterable
from datetime import timedelta

from giftstream.clock import now
from giftstream.identity import derived
from giftstream.mongo import ASCENDING, Collection, Database, Document, IndexModel, ReturnDocument

RESTOCKS = "restocks"
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 600.0
BEHIND = timedelta(seconds=1)


def restock_identity(store_id: str, product_ref: str) -> str:
    """One document a product."""
    return derived(store_id, "product", product_ref)


def new_restock(store_id: str, product_ref: str) -> Document:
    """Due at once."""
    return {
        "_id": restock_identity(store_id, product_ref),
        "store_id": store_id,
        "product_ref": product_ref,
        "marks": 1,
        "attempts": 0,
        "due_at": now(),
    }


class Restocks:
    """The collection `restocks`."""

    def __init__(self, database: Database) -> None:
        self._restocks: Collection = database[RESTOCKS]

    async def ensure_indexes(self) -> None:
        """By when they are due, of all stores and of one."""
        await self._restocks.create_indexes(
            [
                IndexModel([("due_at", ASCENDING)]),
                IndexModel([("store_id", ASCENDING), ("due_at", ASCENDING)]),
            ]
        )

    async def note(self, products: Iterable[tuple[str, str]]) -> None:
        """(store, product) to be looked at, where they are not noted already."""
        for store_id, product_ref in products:
            document = {**new_restock(store_id, product_ref), "version": 1, "outbox": []}
            await self._restocks.update_one(
                {"_id": document.pop("_id")}, {"$setOnInsert": document}, upsert=True
            )

    async def stores_with_due(self) -> list[str]:
        """Which stores have a product to be looked at now."""
        found: list[str] = await self._restocks.distinct("store_id", {"due_at": {"$lte": now()}})
        return found

    async def claim(self, store_id: str, lease_s: float) -> Document | None:
        """The store's product that has waited longest, ours until the lease ends; None when none
        is due. A reader that dies lets it come due again by itself."""
        moment = now()
        return await self._restocks.find_one_and_update(
            {"store_id": store_id, "due_at": {"$lte": moment}},
            {"$set": {"due_at": moment + timedelta(seconds=lease_s)}, "$inc": {"version": 1}},
            sort=[("due_at", ASCENDING)],
            return_document=ReturnDocument.AFTER,
        )

    async def done(self, restock: Document) -> None:
        """Remove it; marked again since it was claimed, it is due at once."""
        read = {"_id": restock["_id"], "version": restock["version"]}
        if not (await self._restocks.delete_one(read)).deleted_count:
            again: Document = {"$set": {"due_at": now()}, "$inc": {"version": 1}}
            await self._restocks.update_one({"_id": restock["_id"]}, again)

    async def later(self, restock: Document) -> None:
        """The store says nothing of this product now: again after a growing pause."""
        await self._later(restock, _pause(restock))

    async def store_later(self, restock: Document) -> None:
        """The store does not answer now. Nor will it for its other products, which wait as long:
        a dead store is asked once a pause, and not once a product."""
        pause = _pause(restock)
        # It goes after the others: were it alone without an answer, they would never be read.
        await self._later(restock, pause + BEHIND)
        until = now() + pause
        await self._restocks.update_many(
            {
                "store_id": restock["store_id"],
                "due_at": {"$lte": until},
                "_id": {"$ne": restock["_id"]},
            },
            {"$set": {"due_at": until}, "$inc": {"version": 1, "attempts": 1}},
        )

    async def _later(self, restock: Document, pause: timedelta) -> None:
        again: Document = {"due_at": now() + pause}
        await self._restocks.update_one(
            {"_id": restock["_id"]}, {"$set": again, "$inc": {"version": 1, "attempts": 1}}
        )


def _pause(restock: Document) -> timedelta:
    return timedelta(
        seconds=min(FIRST_PAUSE_S * 2.0 ** min(restock["attempts"], 10), LONGEST_PAUSE_S)
    )
