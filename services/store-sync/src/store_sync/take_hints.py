"""What webhooks hint at, beside orders: products, stock, connections, changes that none names, and
what stores ask of us about people."""

from collections.abc import Sequence

from giftstream.logs import log
from giftstream.mongo import Document

from store_sync.connections import Connections
from store_sync.deliveries import Deliveries
from store_sync.moved_products import MovedProducts
from store_sync.polls import Polls
from store_sync.privacy_requests import PrivacyRequests
from store_sync.stock_items import StockItems


class TakeHints:
    """Everything here may be done twice."""

    def __init__(
        self,
        deliveries: Deliveries,
        products: MovedProducts,
        stock_items: StockItems,
        connections: Connections,
        polls: Polls,
        privacy: PrivacyRequests,
    ) -> None:
        self._deliveries = deliveries
        self._products = products
        self._stock_items = stock_items
        self._connections = connections
        self._polls = polls
        self._privacy = privacy

    async def __call__(self, deliveries: Sequence[Document]) -> None:
        """Take them; an unknown kind needs nothing."""
        products = [(one["store_id"], one["ref"]) for one in _of("product", deliveries)]
        stock = [(one["store_id"], one["ref"]) for one in _of("stock", deliveries)]
        await self._products.moved([*products, *await self._stock_items.moved(stock)])
        for store_id in {one["store_id"] for one in _of("connection", deliveries)}:
            await self._connections.check_soon(store_id)
        for store_id in {one["store_id"] for one in _of("poll", deliveries)}:
            await self._polls.soon(store_id)
        await self._record([one["_id"] for one in _of("privacy", deliveries)])

    async def _record(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        requests = await self._deliveries.whole(ids)
        await self._privacy.record(requests)
        for one in requests:
            log.warning("privacy.requested", store_id=one["store_id"], topic=one["topic"])


def _of(kind: str, deliveries: Sequence[Document]) -> list[Document]:
    return [one for one in deliveries if one["kind"] == kind]
