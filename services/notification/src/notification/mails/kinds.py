"""Every mail there is: to whom, about what, and whether it goes out by itself."""

from dataclasses import dataclass
from typing import Literal

Audience = Literal["creator", "brand"]
About = Literal["order", "store", "refusals"]

RECEIVED = "selection_received"
PLACED = "order_placed"
SHIPPED = "order_shipped"
PRODUCT_SENT = "product_sent"
DELIVERED = "order_delivered"
CANCELLED = "order_cancelled"
REJECTED = "order_rejected"
HELD = "order_held"
CANCELLED_IN_STORE = "order_cancelled_in_store"
CANCEL_REFUSED = "order_cancel_refused"
WITHDRAWN_TOO_LATE = "order_withdrawn_too_late"
BRAND_PLACED = "brand_order_placed"
BRAND_DELIVERED = "brand_order_delivered"
STORE_LOST = "store_disconnected"
REFUSED = "selection_refused"


@dataclass(frozen=True, slots=True)
class Kind:
    """One mail. `sent` is what happens unless the brand chose; `discloses` adds the line that asks
    creators to say publicly that it was a gift."""

    audience: Audience
    about: About = "order"
    sent: bool = True
    discloses: bool = False


KINDS: dict[str, Kind] = {
    RECEIVED: Kind("creator"),
    PLACED: Kind("creator"),
    SHIPPED: Kind("creator", discloses=True),
    PRODUCT_SENT: Kind("creator", discloses=True),
    DELIVERED: Kind("creator", discloses=True),
    CANCELLED: Kind("creator"),
    REJECTED: Kind("creator"),
    HELD: Kind("brand"),
    CANCELLED_IN_STORE: Kind("brand"),
    CANCEL_REFUSED: Kind("brand"),
    WITHDRAWN_TOO_LATE: Kind("brand"),
    BRAND_PLACED: Kind("brand", sent=False),
    BRAND_DELIVERED: Kind("brand"),
    STORE_LOST: Kind("brand", about="store"),
    REFUSED: Kind("brand", about="refusals"),
}
"""The mails by the name of their template."""

LINES: dict[About, frozenset[str]] = {
    "order": frozenset(
        {"brand", "greeting", "name", "store", "order", "order_id", "selection_id", "store_order"}
    ),
    "store": frozenset({"brand", "greeting", "name", "store", "store_id"}),
    "refusals": frozenset({"brand", "greeting", "name"}),
}
"""Placeholders that stand within a line."""

BLOCKS: dict[About, frozenset[str]] = {
    "order": frozenset({"products", "parcels", "reasons", "details", "open"}),
    "store": frozenset({"reasons"}),
    "refusals": frozenset({"refusals"}),
}
"""Placeholders that are a paragraph of their own; one with nothing to show leaves no gap."""
