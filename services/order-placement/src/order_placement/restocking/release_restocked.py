"""Reads a product's stock and releases as many orders as it is enough for, the oldest first."""

import asyncio
from collections.abc import Mapping

import structlog
from giftstream.delivery import Transient
from giftstream.mongo import Document
from giftstream_platforms.failures import AccessLost, StoreRefused

from order_placement.orders import PAGE, Orders
from order_placement.rejudge_orders import RejudgeOrders
from order_placement.restocking.restocks import Restocks
from order_placement.store import Stock, Stores

log = structlog.get_logger()

STOCK_DEADLINE_S = 10.0
MOST_PAGES = 20


class ReleaseRestocked:
    """One run looks at every product that is due. The lane reads the stock once more anyway."""

    def __init__(
        self, restocks: Restocks, orders: Orders, stores: Stores, rejudge: RejudgeOrders
    ) -> None:
        self._restocks = restocks
        self._orders = orders
        self._stores = stores
        self._rejudge = rejudge

    async def __call__(self) -> int:
        """How many products were looked at."""
        due = await self._restocks.due()
        for restock in due:
            try:
                await self._product(restock["store_id"], restock["product_ref"])
            except (Transient, TimeoutError, AccessLost, StoreRefused) as error:
                log.info("restock.waits", store_id=restock["store_id"], error=type(error).__name__)
                await self._restocks.later(restock)
            else:
                await self._restocks.done(restock)
        return len(due)

    async def look(self) -> None:
        """Notes every product that orders wait for, in case the store's hint was lost."""
        await self._restocks.note(sorted(await self._orders.short_of_any()))

    async def _product(self, store_id: str, product_ref: str) -> None:
        for _ in range(MOST_PAGES):
            orders = await self._orders.short_of(store_id, product_ref)
            refs = sorted({line["variant_ref"] for one in orders for line in one["lines"]})
            if not refs:
                return
            async with asyncio.timeout(STOCK_DEADLINE_S):
                stock = await (await self._stores.of(store_id)).stock(refs)
            left = {ref: one.available for ref, one in stock.items()}
            enough = [one for one in orders if _takes(one, stock, left)]
            await self._rejudge.again(enough, ("out_of_stock",))
            if enough:
                log.info("restock.released", store_id=store_id, count=len(enough))
            if len(enough) < PAGE:
                return


def _takes(order: Document, stock: Mapping[str, Stock], left: dict[str, int | None]) -> bool:
    """Whether there is enough for the whole order; then it is taken off what is left."""
    after = dict(left)
    for line in order["lines"]:
        ref = line["variant_ref"]
        available = after[ref]
        if stock[ref].deleted or not stock[ref].available_for_sale:
            return False
        if available is not None:
            after[ref] = available - line["quantity"]
            if available < line["quantity"]:
                return False
    left |= after
    return True
