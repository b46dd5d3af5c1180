"""What store-sync saw in the store: whole snapshots, numbered per order by `observation`."""

from typing import ClassVar

from giftstream.events.fields import Count, Instant
from giftstream.events.orders import AboutOrder
from giftstream.events.parts import Difference, Shipment, ShipmentLine, StoreOrder
from giftstream.events.vocabulary import ObservationSource, StoreStatus


class Observation(AboutOrder):
    """One reading of a store order. A higher `observation` is newer, whatever its status says."""

    observation: Count
    store_status: StoreStatus
    store_order: StoreOrder
    shipments: tuple[Shipment, ...] = ()
    cancelled_at: Instant | None = None
    returned_lines: tuple[ShipmentLine, ...] = ()
    difference: tuple[Difference, ...] = ()
    observed_at: Instant
    source: ObservationSource


class OrderFulfilled(Observation):
    """The store has handed over everything, or with `partially_fulfilled` a part of it."""

    topic: ClassVar = "order.fulfilled"


class OrderShipmentUpdated(Observation):
    """A parcel moved, or its tracking changed."""

    topic: ClassVar = "order.shipment_updated"


class OrderDelivered(Observation):
    """Everything has arrived."""

    topic: ClassVar = "order.delivered"


class OrderCancelled(Observation):
    """The store's order was cancelled or is gone."""

    topic: ClassVar = "order.cancelled"


class OrderReturned(Observation):
    """Something came back; `returned_lines` say what in all."""

    topic: ClassVar = "order.returned"


class OrderEdited(Observation):
    """The store's order is not as it was ordered; `difference` says how."""

    topic: ClassVar = "order.edited"
