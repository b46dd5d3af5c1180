"""Products that moved in a store while orders wait for them: read again when due."""

from collections.abc import Iterable
from datetime import timedelta

from giftstream.clock import now
from giftstream.identity import derived
from giftstream.mongo import ASCENDING, Collection, Database, Document, IndexModel

RESTOCKS = "restocks"
PAGE = 20
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 600.0


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
        """By when they are due."""
        await self._restocks.create_indexes([IndexModel([("due_at", ASCENDING)])])

    async def note(self, products: Iterable[tuple[str, str]]) -> None:
        """(store, product) to be looked at, where they are not noted already."""
        for store_id, product_ref in products:
            document = {**new_restock(store_id, product_ref), "version": 1, "outbox": []}
            await self._restocks.update_one(
                {"_id": document.pop("_id")}, {"$setOnInsert": document}, upsert=True
            )

    async def due(self) -> list[Document]:
        """Some that are to be looked at now."""
        cursor = self._restocks.find({"due_at": {"$lte": now()}}).sort("due_at", 1).limit(PAGE)
        return [one async for one in cursor]

    async def done(self, restock: Document) -> None:
        """Remove it, unless it was marked again since it was read."""
        await self._restocks.delete_one({"_id": restock["_id"], "version": restock["version"]})

    async def later(self, restock: Document) -> None:
        """The store does not answer now: again after a growing pause."""
        pause = min(FIRST_PAUSE_S * 2.0 ** min(restock["attempts"], 10), LONGEST_PAUSE_S)
        again: Document = {"due_at": now() + timedelta(seconds=pause)}
        await self._restocks.update_one(
            {"_id": restock["_id"]}, {"$set": again, "$inc": {"version": 1, "attempts": 1}}
        )
