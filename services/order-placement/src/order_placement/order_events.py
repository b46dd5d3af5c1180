"""What is said of a gift order, rendered from its document."""

from typing import Any

from giftstream.clock import now
from giftstream.events import (
    Money,
    OrderChanged,
    OrderCreated,
    OrderLine,
    Reason,
    Shipment,
    StoreOrder,
)
from giftstream.identity import event_identity
from giftstream.mongo import Document

ORDERS = "orders"
CHANGED = "order.changed"

_SAME = (
    "selection_id",
    "brand_id",
    "campaign_id",
    "creator_id",
    "store_id",
    "reference",
    "sequence",
    "status",
    "submitted_at",
    "placed_at",
    "delivered_at",
    "verified_at",
    "replaces",
)


def render_order_changed(document: Document) -> OrderChanged:
    """The newest state of an order; a repeat of the same `sequence` is the same event."""
    event_id = event_identity(document["_id"], CHANGED, document["sequence"])
    return OrderChanged.model_construct(event_id=event_id, **_fields(document))


def order_created(document: Document) -> OrderCreated:
    """Said once per order, at the moment when its store order exists."""
    event_id = event_identity(document["_id"], OrderCreated.topic, 1)
    return OrderCreated.model_construct(event_id=event_id, **_fields(document))


def _fields(document: Document) -> dict[str, Any]:
    # Not validated anew: every value came into the document through a model, and validation
    # would cost more than all the rest of rendering.
    return {
        "occurred_at": document.get("changed_at") or now(),
        "order_id": document["_id"],
        "reasons": tuple(Reason.model_construct(**one) for one in document["reasons"]),
        "store_order": _store_order(document["store_order"]),
        "lines": tuple(_line(one) for one in document["lines"]),
        "charged": _money(document["charged"]),
        "retail_value": _money(document["retail_value"]),
        "cost": _money(document["cost"]),
        "shipments": tuple(Shipment.model_validate(one) for one in document["shipments"]),
        **{name: document[name] for name in _SAME},
    }


def _line(line: Document) -> OrderLine:
    return OrderLine.model_construct(
        item_id=line["item_id"],
        variant_ref=line["variant_ref"],
        sku=line["sku"],
        title=line["title"],
        quantity=line["quantity"],
        retail_price=_money(line["retail_price"]),
        unit_cost=_money(line["unit_cost"]),
    )


def _money(value: dict[str, Any] | None) -> Money | None:
    return None if value is None else Money.model_construct(**value)


def _store_order(value: dict[str, Any] | None) -> StoreOrder | None:
    return None if value is None else StoreOrder.model_validate(value)
