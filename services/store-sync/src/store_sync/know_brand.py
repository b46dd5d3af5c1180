"""brand.changed → our own copy of the brand."""

from collections.abc import Sequence

from giftstream.delivery import Change, Facts, Received, keep_newest, remove
from giftstream.events import BrandChanged

from store_sync.brands import COLLECTION


class KnowBrand:
    """Keeps the newest revision; a tombstone removes the brand."""

    async def facts(self, items: Sequence[Received[BrandChanged]]) -> Facts:
        """Nothing: the write itself compares revisions."""
        del items
        return Facts()

    def plan(self, item: Received[BrandChanged], facts: Facts) -> Change:
        """One upsert."""
        del facts
        if item.event is None:
            return Change.of(remove(COLLECTION, item.key))
        brand = item.event
        document = {
            "_id": brand.brand_id,
            "api_keys": [key.model_dump() for key in brand.api_keys],
            "revision": brand.revision,
        }
        return Change.of(keep_newest(COLLECTION, document))
