"""The newest catalog.item_changed counts; orders that waited for the item are judged again."""

from collections.abc import Sequence

from giftstream.delivery import NOTHING, Change, Facts, Received, keep_newest, remove
from giftstream.events import CatalogItemChanged
from giftstream.mongo import ASCENDING, Database, IndexModel

from order_placement.copies.copied import copied, is_news, keys
from order_placement.rechecks import Rechecks, recheck

ITEMS = "catalog_items"


class KeepItem:
    """The use case of `catalog.item_changed`."""

    def __init__(self, database: Database, rechecks: Rechecks) -> None:
        self._items = database[ITEMS]
        self._rechecks = rechecks

    async def ensure_indexes(self) -> None:
        """A SKU is looked for within stores."""
        await self._items.create_indexes(
            [IndexModel([("store_id", ASCENDING), ("sku", ASCENDING)])]
        )

    async def facts(self, received: Sequence[Received[CatalogItemChanged]]) -> Facts:
        """What is stored of these items, since the campaigns that lose one are concerned too."""
        facts = Facts()
        await facts.read(ITEMS, self._items.find({"_id": {"$in": keys(received)}}))
        campaigns = {c for one in received if one.event for c in one.event.campaigns}
        stored = (facts.get(ITEMS, item_id) for item_id in keys(received))
        campaigns |= {c for item in stored if item for c in item["campaigns"]}
        await self._rechecks.read(facts, sorted(campaigns))
        return facts

    def plan(self, received: Received[CatalogItemChanged], facts: Facts) -> Change:
        """One document an item, and a mark for each campaign that has or had it."""
        item = received.event
        item_id = item.item_id if item else received.key
        stored = facts.get(ITEMS, item_id)
        had = set(stored["campaigns"]) if stored else set()
        if item is None:
            marks = [recheck(facts, one, "catalog") for one in sorted(had)]
            return Change.of(remove(ITEMS, item_id), *marks) if item_id else NOTHING
        if not is_news(stored, item.revision):
            return NOTHING
        concerned = sorted(had | set(item.campaigns))
        marks = [recheck(facts, one, "catalog") for one in concerned]
        return Change.of(keep_newest(ITEMS, copied(item, item_id)), *marks)
