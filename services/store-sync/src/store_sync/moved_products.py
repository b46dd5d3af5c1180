"""Products that moved in a store: every query of the collection `moved_products`."""

from collections.abc import Sequence
from datetime import timedelta

from giftstream.clock import now
from giftstream.events import StoreProductChanged
from giftstream.identity import event_identity
from giftstream.mongo import ASCENDING, Database, Document, IndexModel, UpdateOne
from giftstream.outbox import event_entry

COLLECTION = "moved_products"
SOURCE = "store-sync"
KEPT_S = 7 * 24 * 3600


class MovedProducts:
    """One document a product; hints within the coalescing time are one event."""

    def __init__(self, database: Database, coalesce_s: float) -> None:
        self._products = database[COLLECTION]
        self._coalesce = timedelta(seconds=coalesce_s)

    async def ensure_indexes(self) -> None:
        """By due time; forgotten a week after the last hint."""
        await self._products.create_indexes(
            [
                IndexModel([("due_at", ASCENDING)], sparse=True),
                IndexModel([("told_at", ASCENDING)], expireAfterSeconds=KEPT_S),
            ]
        )

    async def moved(self, products: Sequence[tuple[str, str]]) -> None:
        """(store, product): to be told soon."""
        due_at = now() + self._coalesce
        operations = [
            UpdateOne(
                {"_id": f"{store_id}/{ref}"},
                {
                    # $min takes an absent field for none: the first hint's time stands.
                    "$min": {"due_at": due_at},
                    "$setOnInsert": {
                        "store_id": store_id,
                        "product_ref": ref,
                        "version": 1,
                        "told": 0,
                        "outbox": [],
                    },
                },
                upsert=True,
            )
            for store_id, ref in dict.fromkeys(products)
        ]
        if operations:
            await self._products.bulk_write(operations, ordered=False)

    async def due(self, limit: int) -> list[Document]:
        """Whose coalescing time is over."""
        found = self._products.find({"due_at": {"$lte": now()}})
        return await found.sort("due_at", ASCENDING).limit(limit).to_list(None)

    async def tell(self, product: Document) -> None:
        """Put the event into the outbox; nothing when somebody else did."""
        number = product["told"] + 1
        event = StoreProductChanged(
            event_id=event_identity(product["_id"], StoreProductChanged.topic, number),
            occurred_at=now(),
            store_id=product["store_id"],
            product_ref=product["product_ref"],
        )
        await self._products.update_one(
            {"_id": product["_id"], "version": product["version"], "outbox.0": {"$exists": False}},
            {
                "$unset": {"due_at": ""},
                "$set": {"told_at": now(), "told": number},
                "$inc": {"version": 1},
                "$push": {"outbox": event_entry(event, source=SOURCE)},
            },
        )
