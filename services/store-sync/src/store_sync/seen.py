"""What a store shows of an order, in our words: the connectors' side of a reading."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from giftstream.events import Money

Fulfilment = Literal["pending", "partially_fulfilled", "fulfilled"]


@dataclass(frozen=True, slots=True)
class SeenLine:
    """One line of the store's order. `variant_ref` is None once the product is deleted there.

    `quantity` is what the line had at first, `current` what is left after edits and refunds.
    """

    line_ref: str
    variant_ref: str | None
    sku: str | None
    quantity: int
    current: int


@dataclass(frozen=True, slots=True)
class SeenParcel:
    """One parcel; `lines` are pairs of line and quantity. A parcel called back is not `live`."""

    shipment_id: str
    lines: tuple[tuple[str, int], ...]
    live: bool
    status: str
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SeenOrder:
    """One reading. `restocked` counts what was refunded and taken back into stock, per line.

    `came_back`: the store says that something was returned. `address` is a digest, never text.
    """

    order_ref: str
    number: str
    updated_at: datetime
    fulfilment: Fulfilment
    lines: tuple[SeenLine, ...]
    parcels: tuple[SeenParcel, ...] = ()
    restocked: dict[str, int] = field(default_factory=dict)
    came_back: bool = False
    cancelled_at: datetime | None = None
    total: Money | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class ChangedOrder:
    """A store order that moved, as a list of changes names it."""

    order_ref: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """One page of changed orders, oldest change first; `after` asks for the next page."""

    orders: tuple[ChangedOrder, ...]
    after: str | None
