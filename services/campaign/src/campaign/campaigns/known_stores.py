"""The collection `stores`: what store.changed has told so far."""

from collections.abc import Collection as Some
from collections.abc import Sequence

from giftstream.delivery import NOTHING, Change, Facts, Received, keep_newest, remove
from giftstream.events import StoreChanged
from giftstream.mongo import Collection, Database, Document

from campaign.whose import Whose, owned_by

STORES = "stores"


class KnownStores:
    """Every query on the read model of stores."""

    def __init__(self, database: Database) -> None:
        self._stores: Collection = database[STORES]

    async def ensure_indexes(self) -> None:
        """Stores are always looked for by id; nothing to do."""

    async def find(self, whose: Whose, store_id: str) -> Document | None:
        """One store, None when it is not known here or it is another brand's."""
        return await self._stores.find_one({**owned_by(whose), "_id": {"$eq": store_id}})

    async def named(self, whose: Whose, store_ids: Some[str]) -> dict[str, Document]:
        """Those of the stores that are known, by id."""
        query = {**owned_by(whose), "_id": {"$in": list(store_ids)}}
        return {one["_id"]: one async for one in self._stores.find(query)}


class KeepStore:
    """The newest store.changed counts; a tombstone takes the store away."""

    async def facts(self, _received: Sequence[Received[StoreChanged]], /) -> Facts:
        """The newest revision wins in the write itself: nothing to know beforehand."""
        return Facts()

    def plan(self, received: Received[StoreChanged], _facts: Facts, /) -> Change:
        """One document a store."""
        store = received.event
        if store is None:
            return Change.of(remove(STORES, received.key)) if received.key else NOTHING
        document = store.model_dump(exclude={"event_id", "occurred_at", "store_id"})
        return Change.of(keep_newest(STORES, {"_id": store.store_id, **document}))
