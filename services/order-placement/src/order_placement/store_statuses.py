"""What the store says of its order, as the status of ours."""

from giftstream.events import OrderStatus, StoreStatus
from giftstream.mongo import Document

STATUS: dict[StoreStatus, OrderStatus] = {
    "pending": "placed",
    "partially_fulfilled": "partially_fulfilled",
    "fulfilled": "fulfilled",
    "in_transit": "in_transit",
    "delivered": "delivered",
    "cancelled": "cancelled",
    "partially_returned": "partially_returned",
    "returned": "returned",
}


def placed_status(order: Document) -> OrderStatus:
    """The status of an order that exists in the store: what was last seen there, if anything."""
    seen: StoreStatus | None = order["store_status"]
    return "placed" if seen is None else STATUS[seen]
