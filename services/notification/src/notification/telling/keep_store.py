"""The newest store.changed counts; mails name stores as their brands do."""

from collections.abc import Sequence

from giftstream.delivery import Change, Facts, Received, keep_newest, remove
from giftstream.events import StoreChanged
from giftstream.mongo import Collection, Database

STORES = "stores"


class KnownStores:
    """The collection `stores`: names by id."""

    def __init__(self, database: Database) -> None:
        self._stores: Collection = database[STORES]

    async def ensure_indexes(self) -> None:
        """Stores are only ever looked for by id: nothing to do."""

    async def name_of(self, store_id: str | None) -> str | None:
        """What the brand calls the store; None when it is not known."""
        store = await self._stores.find_one({"_id": store_id}) if store_id else None
        return str(store["name"]) if store else None


class KeepStore:
    """The use case of `store.changed`."""

    async def facts(self, items: Sequence[Received[StoreChanged]]) -> Facts:  # noqa: ARG002
        """Nothing needs to be known: the newer revision wins in the write itself."""
        return Facts()

    def plan(self, item: Received[StoreChanged], facts: Facts) -> Change:  # noqa: ARG002
        """The store's name, or its end."""
        store = item.event
        if store is None:
            return Change.of(remove(STORES, item.key))
        document = {
            "_id": store.store_id,
            "brand_id": store.brand_id,
            "name": store.name,
            "platform": store.platform,
            "revision": store.revision,
        }
        return Change.of(keep_newest(STORES, document))
