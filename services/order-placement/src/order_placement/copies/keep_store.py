"""The newest store.changed counts; orders of its campaigns that wait are judged again."""

from collections.abc import Sequence

from giftstream.delivery import NOTHING, Change, Facts, Received, keep_newest, remove
from giftstream.events import StoreChanged
from giftstream.mongo import Database, Document

from order_placement.copies.copied import copied, is_news, keys
from order_placement.copies.keep_campaign import CAMPAIGNS
from order_placement.rechecks import Rechecks, recheck

STORES = "stores"


class StoreFacts(Facts):
    """With the campaigns that each store gives gifts for."""

    def __init__(self) -> None:
        super().__init__()
        self.campaigns: dict[str, list[str]] = {}


class KeepStore:
    """The use case of `store.changed`."""

    def __init__(self, database: Database, rechecks: Rechecks) -> None:
        self._stores = database[STORES]
        self._campaigns = database[CAMPAIGNS]
        self._rechecks = rechecks

    async def ensure_indexes(self) -> None:
        """Stores are always looked for by id; nothing to do."""

    async def facts(self, received: Sequence[Received[StoreChanged]]) -> StoreFacts:
        """What is stored of these stores, and who uses them."""
        facts, wanted = StoreFacts(), keys(received)
        await facts.read(STORES, self._stores.find({"_id": {"$in": wanted}}))
        cursor = self._campaigns.find({"stores": {"$in": wanted}}, {"stores": 1})
        async for campaign in cursor:
            for store_id in campaign["stores"]:
                facts.campaigns.setdefault(store_id, []).append(campaign["_id"])
        await self._rechecks.read(facts, {one for ids in facts.campaigns.values() for one in ids})
        return facts

    def plan(self, received: Received[StoreChanged], facts: StoreFacts) -> Change:
        """One document a store, and a mark for each campaign that uses it."""
        store = received.event
        store_id = store.store_id if store else received.key
        marks = [recheck(facts, one, "store") for one in facts.campaigns.get(store_id, ())]
        if store is None:
            return Change.of(remove(STORES, store_id), *marks) if store_id else NOTHING
        stored: Document | None = facts.get(STORES, store_id)
        if not is_news(stored, store.revision):
            return NOTHING
        return Change.of(keep_newest(STORES, copied(store, store_id)), *marks)
