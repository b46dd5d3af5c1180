"""The collection `stores`: their names and whether they let us in, nobody's secrets."""

from collections.abc import Sequence

from giftstream.delivery import Facts
from giftstream.events import StoreChanged
from giftstream.mongo import Collection, Database, Document

STORES = "stores"
LOST = "needs_attention"
"""The status that store-sync gives a store that does not let us in any more. `disconnected` is a
person's own doing, and nobody needs to be told of it."""


class KnownStores:
    """Our copy of store.changed; the highest `revision` is true."""

    def __init__(self, database: Database) -> None:
        self._stores: Collection = database[STORES]

    async def ensure_indexes(self) -> None:
        """Stores are only ever looked for by id: nothing to do."""

    async def get(self, store_id: str) -> Document | None:
        """The store as it was last told of."""
        return await self._stores.find_one({"_id": store_id})

    async def name_of(self, store_id: str | None) -> str | None:
        """What the brand calls the store; None when it is not known."""
        store = await self.get(store_id) if store_id else None
        return str(store["name"]) if store else None

    async def read(self, facts: Facts, store_ids: Sequence[str]) -> None:
        """These stores into the facts."""
        await facts.read(STORES, self._stores.find({"_id": {"$in": list(store_ids)}}))


def as_document(store: StoreChanged, stored: Document | None) -> Document:
    """What is kept of a store. `lost_since` is the revision in which it was lost, as far as we saw:
    it tells apart one loss from the next, and stays while the store is lost."""
    lost_since = None
    if store.status == LOST:
        before = stored.get("lost_since") if stored else None
        lost_since = store.revision if before is None else before
    return {
        "_id": store.store_id,
        "brand_id": store.brand_id,
        "name": store.name,
        "platform": store.platform,
        "status": store.status,
        "reasons": [{"code": one.code, "detail": one.detail} for one in store.reasons],
        "lost_since": lost_since,
        "changed_at": store.occurred_at,
        "revision": store.revision,
    }
