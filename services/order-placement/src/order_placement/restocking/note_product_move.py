"""A product moved in its store: if orders are short of it, its stock is to be read."""

from collections.abc import Sequence

from giftstream.delivery import NOTHING, Change, Facts, Received, insert, replace
from giftstream.events import StoreProductChanged
from giftstream.mongo import Database

from order_placement.orders import Orders
from order_placement.restocking.restocks import RESTOCKS, new_restock, restock_identity


class Short(Facts):
    """With the products that orders wait for, as (store, product)."""

    def __init__(self, products: set[tuple[str, str]]) -> None:
        super().__init__()
        self.products = products


class NoteProductMove:
    """The use case of `store.product_changed`."""

    def __init__(self, database: Database, orders: Orders) -> None:
        self._restocks = database[RESTOCKS]
        self._orders = orders

    async def facts(self, received: Sequence[Received[StoreProductChanged]]) -> Short:
        """Which of these products are waited for; most are not."""
        events = [one.event for one in received if one.event is not None]
        moved = {(event.store_id, event.product_ref) for event in events}
        facts = Short(await self._orders.short_of_any(moved) & moved if moved else set())
        ids = [restock_identity(*product) for product in facts.products]
        if ids:
            await facts.read(RESTOCKS, self._restocks.find({"_id": {"$in": ids}}))
        return facts

    def plan(self, received: Received[StoreProductChanged], facts: Short) -> Change:
        """One document a product, however many hints come."""
        event = received.event
        if event is None or (event.store_id, event.product_ref) not in facts.products:
            return NOTHING
        noted = facts.get(RESTOCKS, restock_identity(event.store_id, event.product_ref))
        if noted is None:
            return Change.of(insert(RESTOCKS, new_restock(event.store_id, event.product_ref)))
        # A reading may be under way with the stock as it was: the hint must survive it.
        return Change.of(replace(RESTOCKS, noted, {**noted, "marks": noted["marks"] + 1}))
