"""A product moved in its store: if somebody offers it, it is to be read again."""

from collections.abc import Sequence
from datetime import timedelta

from giftstream.delivery import NOTHING, Change, Facts, Received, insert, replace
from giftstream.events import StoreProductChanged
from giftstream.identity import derived

from campaign.catalog.items import Items
from campaign.catalog.rereads import REREADS, Rereads


def reread_identity(store_id: str, product_ref: str) -> str:
    """One document a product."""
    return derived(store_id, "product", product_ref)


class Offered(Facts):
    """Which products have items, beside the documents themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.brand_of: dict[tuple[str, str], str] = {}


class NoteProductChange:
    """Many hints about one product become one reading, a moment after the first."""

    def __init__(self, items: Items, rereads: Rereads, *, reread_after_s: float) -> None:
        self._items = items
        self._rereads = rereads
        self._reread_after = timedelta(seconds=reread_after_s)

    async def facts(self, items: Sequence[Received[StoreProductChanged]], /) -> Offered:
        """The products' items and what is already noted."""
        facts = Offered()
        events = [one.event for one in items if one.event is not None]
        products = {(event.store_id, event.product_ref) for event in events}
        if products:
            facts.brand_of = await self._items.brands_of(products)
            ids = [reread_identity(*product) for product in products]
            facts.add(REREADS, await self._rereads.named(ids))
        return facts

    def plan(self, item: Received[StoreProductChanged], facts: Offered, /) -> Change:
        """Nothing for products that nobody offers."""
        event = item.event
        if event is None or (event.store_id, event.product_ref) not in facts.brand_of:
            return NOTHING
        product_id = reread_identity(event.store_id, event.product_ref)
        noted = facts.get(REREADS, product_id)
        if noted is not None:
            # A reading may be under way with what the store said before: the hint must survive it.
            return Change.of(replace(REREADS, noted, {**noted, "hints": noted["hints"] + 1}))
        return Change.of(
            insert(
                REREADS,
                {
                    "_id": product_id,
                    "version": 1,
                    "brand_id": facts.brand_of[event.store_id, event.product_ref],
                    "store_id": event.store_id,
                    "product_ref": event.product_ref,
                    "hints": 1,
                    "attempts": 0,
                    "due_at": event.occurred_at + self._reread_after,
                },
            )
        )
