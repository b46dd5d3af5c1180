"""News about stock become news about a product: each store is asked which one, once an item."""

from giftstream.failures import Transient
from giftstream.logs import log
from giftstream.mongo import Document
from giftstream.store_tasks import StoreTasks
from giftstream_platforms.failures import AccessLost, StoreRefused

from store_sync.connected_stores import ConnectedStores
from store_sync.lose_access import LoseAccess
from store_sync.moved_products import MovedProducts
from store_sync.stock_items import StockItems
from store_sync.store import Store, Stores

PAGE = 50
RETRY_S = 5.0
REFUSED_S = 3600.0


class AskForProducts:
    """One task a store while it is being asked: a slow one delays nobody else."""

    def __init__(
        self,
        connected: ConnectedStores,
        items: StockItems,
        products: MovedProducts,
        stores: Stores,
        lose_access: LoseAccess,
    ) -> None:
        self._connected = connected
        self._items = items
        self._products = products
        self._stores = stores
        self._lose_access = lose_access
        self._tasks = StoreTasks("stock")

    async def __call__(self) -> None:
        """Start a task for each connected store that is to be asked and has none."""
        connections = await self._connected.now()
        due = await self._items.stores_with_due(self._tasks.free(connections))
        self._tasks.begin(due, lambda store_id: self._ask(connections[store_id]))

    async def stop(self) -> None:
        """Cancel what runs: what was not asked is still due."""
        await self._tasks.stop()

    async def _ask(self, connection: Document) -> None:
        store_id = connection["_id"]
        try:
            store = self._stores.of(connection)
            for item in await self._items.due(store_id, PAGE):
                await self._one(store, item)
        except AccessLost as lost:
            await self._items.wait(store_id, RETRY_S)
            await self._lose_access(connection, lost)
        except StoreRefused as refused:
            log.warning("stock.refused", store_id=store_id, codes=refused.codes)
            await self._items.wait(store_id, REFUSED_S)
        except Transient as away:
            await self._items.wait(store_id, away.retry_after_s or RETRY_S)

    async def _one(self, store: Store, item: Document) -> None:
        product_ref = await store.product_of_stock(item["item_ref"])
        if product_ref is None:
            return await self._items.gone(item)
        # In this order: a crash in between asks once more, and tells once more.
        await self._products.moved([(item["store_id"], product_ref)])
        return await self._items.is_of(item, product_ref)
