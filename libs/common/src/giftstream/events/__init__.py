"""Every event of giftstream, by topic. docs/schemas has the same as JSON Schema."""

from giftstream.events.event import Event
from giftstream.events.fields import Limit
from giftstream.events.invalid import problems_of
from giftstream.events.notifications import NotificationFailed, NotificationSent
from giftstream.events.observations import (
    Observation,
    OrderCancelled,
    OrderDelivered,
    OrderEdited,
    OrderFulfilled,
    OrderReturned,
    OrderShipmentUpdated,
)
from giftstream.events.orders import OrderChanged, OrderCreated, OrderSnapshot
from giftstream.events.parts import (
    Address,
    Allowance,
    ApiKey,
    Budget,
    Difference,
    Money,
    OrderLine,
    Publisher,
    Reason,
    Recipient,
    Shipment,
    ShipmentLine,
    ShippingMethods,
    StoreOrder,
)
from giftstream.events.selections import (
    SelectionLine,
    SelectionRefused,
    SelectionSubmitted,
    SelectionWithdrawn,
    Source,
)
from giftstream.events.states import (
    BrandChanged,
    CampaignChanged,
    CatalogItemChanged,
    StoreChanged,
    StoreProductChanged,
)
from giftstream.events.vocabulary import (
    ObservationSource,
    OrderStatus,
    ReasonCode,
    StoreStatus,
    UnsignedSelections,
)
from giftstream.events.wire import encode, headers_for

_ALL: tuple[type[Event], ...] = (
    SelectionSubmitted,
    SelectionWithdrawn,
    SelectionRefused,
    OrderChanged,
    OrderCreated,
    OrderFulfilled,
    OrderShipmentUpdated,
    OrderDelivered,
    OrderCancelled,
    OrderReturned,
    OrderEdited,
    BrandChanged,
    CampaignChanged,
    CatalogItemChanged,
    StoreChanged,
    StoreProductChanged,
    NotificationSent,
    NotificationFailed,
)
EVENTS: dict[str, type[Event]] = {event.topic: event for event in _ALL}
"""The event of each topic."""

__all__ = [
    "EVENTS",
    "Address",
    "Allowance",
    "ApiKey",
    "BrandChanged",
    "Budget",
    "CampaignChanged",
    "CatalogItemChanged",
    "Difference",
    "Event",
    "Limit",
    "Money",
    "NotificationFailed",
    "NotificationSent",
    "Observation",
    "ObservationSource",
    "OrderCancelled",
    "OrderChanged",
    "OrderCreated",
    "OrderDelivered",
    "OrderEdited",
    "OrderFulfilled",
    "OrderLine",
    "OrderReturned",
    "OrderShipmentUpdated",
    "OrderSnapshot",
    "OrderStatus",
    "Publisher",
    "Reason",
    "ReasonCode",
    "Recipient",
    "SelectionLine",
    "SelectionRefused",
    "SelectionSubmitted",
    "SelectionWithdrawn",
    "Shipment",
    "ShipmentLine",
    "ShippingMethods",
    "Source",
    "StoreChanged",
    "StoreOrder",
    "StoreProductChanged",
    "StoreStatus",
    "UnsignedSelections",
    "encode",
    "headers_for",
    "problems_of",
]
