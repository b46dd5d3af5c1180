"""What order-placement says of its gift orders: always the whole order, never a step."""

from typing import ClassVar

from giftstream.events.event import Event
from giftstream.events.fields import Count, Id, Instant, Name
from giftstream.events.parts import Money, OrderLine, Reason, Shipment, StoreOrder
from giftstream.events.vocabulary import OrderStatus


class AboutOrder(Event):
    """What every `order.*` body begins with."""

    order_id: Id
    selection_id: Id
    brand_id: Id
    campaign_id: Id
    creator_id: Id
    store_id: Id | None = None
    reference: Name | None = None

    def key(self) -> str:
        return self.order_id


class OrderSnapshot(AboutOrder):
    """A gift order as it stands. Of two, the one with the higher `sequence` is true."""

    sequence: Count
    status: OrderStatus
    reasons: tuple[Reason, ...] = ()
    store_order: StoreOrder | None = None
    lines: tuple[OrderLine, ...] = ()
    charged: Money | None = None
    retail_value: Money | None = None
    cost: Money | None = None
    shipments: tuple[Shipment, ...] = ()
    submitted_at: Instant
    placed_at: Instant | None = None
    delivered_at: Instant | None = None
    verified_at: Instant | None = None
    replaces: Id | None = None


class OrderChanged(OrderSnapshot):
    """The newest state of a gift order. Compacted: steps between may never be seen."""

    topic: ClassVar = "order.changed"


class OrderCreated(OrderSnapshot):
    """The order now exists in the store: once per order. It is not packed or sent yet."""

    topic: ClassVar = "order.created"
    store_order: StoreOrder
