"""Reads a product's stock and releases as many orders as it is enough for, the oldest first."""

import asyncio
from collections.abc import Mapping

import structlog
from giftstream.delivery import Transient
from giftstream.mongo import Document
from giftstream.store_tasks import StoreTasks
from giftstream_platforms.failures import AccessLost, StoreRefused

from order_placement.orders import PAGE, Orders
from order_placement.rejudge_orders import RejudgeOrders
from order_placement.restocking.restocks import Restocks
from order_placement.store import Stock, Stores

log = structlog.get_logger()

STOCK_DEADLINE_S = 10.0
LEASE_S = 30.0
MOST_PRODUCTS = 50
MOST_PAGES = 20


class ReleaseRestocked:
    """One task a store that has products due. The lane reads the stock once more anyway."""

    def __init__(
        self,
        restocks: Restocks,
        orders: Orders,
        stores: Stores,
        rejudge: RejudgeOrders,
        *,
        stock_deadline_s: float = STOCK_DEADLINE_S,
    ) -> None:
        self._restocks = restocks
        self._orders = orders
        self._stores = stores
        self._rejudge = rejudge
        self._stock_deadline_s = stock_deadline_s
        self._tasks = StoreTasks("restock")

    async def __call__(self) -> None:
        """Start a task for each store that has something due and none yet."""
        self._tasks.begin(await self._restocks.stores_with_due(), self._store)

    async def stop(self) -> None:
        """Cancel what runs: leases end by themselves, the next reading begins anew."""
        await self._tasks.stop()

    async def look(self) -> None:
        """Notes every product that orders wait for, in case the store's hint was lost."""
        await self._restocks.note(sorted(await self._orders.short_of_any()))

    async def _store(self, store_id: str) -> None:
        for _ in range(MOST_PRODUCTS):
            restock = await self._restocks.claim(store_id, LEASE_S)
            if restock is None:
                return
            try:
                await self._product(store_id, restock["product_ref"])
            except StoreRefused as refused:
                log.info("restock.refused", store_id=store_id, codes=refused.codes)
                await self._restocks.later(restock)
            except (Transient, TimeoutError, AccessLost) as error:
                log.info("restock.waits", store_id=store_id, error=type(error).__name__)
                await self._restocks.store_later(restock)
                return
            else:
                await self._restocks.done(restock)

    async def _product(self, store_id: str, product_ref: str) -> None:
        for _ in range(MOST_PAGES):
            orders = await self._orders.short_of(store_id, product_ref)
            refs = sorted({line["variant_ref"] for one in orders for line in one["lines"]})
            if not refs:
                return
            async with asyncio.timeout(self._stock_deadline_s):
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
