"""Publishes store.product_changed for products whose coalescing time is over."""

from giftstream.outbox import Outbox

from store_sync.moved_products import COLLECTION, MovedProducts

PAGE = 200


class TellProducts:
    """A hint that something moved; readers look in the store."""

    def __init__(self, products: MovedProducts, outbox: Outbox) -> None:
        self._products = products
        self._outbox = outbox

    async def __call__(self) -> None:
        """What is due now. Raises Transient when Kafka is away; the sweeper sends it then."""
        due = await self._products.due(PAGE)
        for product in due:
            await self._products.tell(product)
        if due:
            await self._outbox.flush(COLLECTION, [product["_id"] for product in due])
