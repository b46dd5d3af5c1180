"""What a message is about, as it stands now: the last look before it is sent."""

from giftstream.mongo import Document

from notification.mails.kinds import KINDS, PRODUCT_SENT
from notification.telling.notices import has_left, notices_of, notices_of_store
from notification.telling.orders import Orders
from notification.telling.stores import KnownStores


class Subjects:
    """Reads orders and stores; refused selections stand in their message itself."""

    def __init__(self, orders: Orders, stores: KnownStores) -> None:
        self._orders = orders
        self._stores = stores

    async def of(self, message: Document) -> Document | None:
        """What to write about; None when what it would say is no longer so."""
        about = KINDS[message["template"]].about
        if about == "order":
            order = await self._orders.get(message["order_id"])
            return order if order and _is_so(message, order) else None
        if about == "store":
            store = await self._stores.get(message["store_id"])
            told = notices_of_store(store) if store else []
            return store if message["_id"] in {notice.id for notice in told} else None
        return message


def _is_so(message: Document, order: Document) -> bool:
    if message["template"] == PRODUCT_SENT:
        return has_left(order)
    return message["_id"] in {notice.id for notice in notices_of(order)}
