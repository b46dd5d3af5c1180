"""What is said of a gift order, rendered from its document."""

from functools import lru_cache
from typing import Any, TypeVar

from giftstream.clock import now
from giftstream.events import (
    Money,
    OrderChanged,
    OrderCreated,
    OrderLine,
    OrderSnapshot,
    Reason,
    Shipment,
    StoreOrder,
)
from giftstream.identity import event_identity
from giftstream.mongo import Document

M = TypeVar("M", bound=OrderSnapshot)

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


# Every field is given, always; nobody can change a frozen model's set of them.
_ALL = set(OrderSnapshot.model_fields)


def render_order_changed(document: Document) -> OrderChanged:
    """The newest state of an order; a repeat of the same `sequence` is the same event."""
    event_id = event_identity(document["_id"], CHANGED, document["sequence"])
    return _unvalidated(OrderChanged, _fields(event_id, document))


def order_created(document: Document) -> OrderCreated:
    """Said once per order, at the moment when its store order exists."""
    event_id = event_identity(document["_id"], OrderCreated.topic, 1)
    return _unvalidated(OrderCreated, _fields(event_id, document))


def _unvalidated(model: type[M], fields: dict[str, Any]) -> M:
    # Every value came into the document through a model; validating it anew, or going through
    # `model_construct` with its defaults, would cost more than all the rest of rendering.
    made = model.__new__(model)
    object.__setattr__(made, "__dict__", fields)
    object.__setattr__(made, "__pydantic_fields_set__", _ALL)
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


def _fields(event_id: str, document: Document) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "occurred_at": document.get("changed_at") or now(),
        "order_id": document["_id"],
        **{name: document[name] for name in _SAME},
        "reasons": tuple(
            _reason(one["code"], one["detail"], one.get("path")) for one in document["reasons"]
        ),
        "store_order": _store_order(document["store_order"]),
        "lines": tuple(_line(one) for one in document["lines"]),
        "charged": _money(document["charged"]),
        "retail_value": _money(document["retail_value"]),
        "cost": _money(document["cost"]),
        "shipments": tuple(Shipment.model_validate(one) for one in document["shipments"]),
    }


def _line(line: Document) -> OrderLine:
    price, cost = line["retail_price"], line["unit_cost"]
    return _order_line(
        line["item_id"],
        line["variant_ref"],
        line["sku"],
        line["title"],
        line["quantity"],
        price and (price["amount"], price["currency"]),
        cost and (cost["amount"], cost["currency"]),
    )


# The same few products, prices and reasons come again in thousands of orders.
@lru_cache(4096)
def _order_line(
    item_id: str | None,
    variant_ref: str | None,
    sku: str | None,
    title: str | None,
    quantity: int,
    price: tuple[int, str] | None,
    cost: tuple[int, str] | None,
) -> OrderLine:
    return OrderLine.model_construct(
        item_id=item_id,
        variant_ref=variant_ref,
        sku=sku,
        title=title,
        quantity=quantity,
        retail_price=_amount(*price) if price else None,
        unit_cost=_amount(*cost) if cost else None,
    )


@lru_cache(4096)
def _amount(amount: int, currency: str) -> Money:
    return Money.model_construct(amount=amount, currency=currency)


@lru_cache(1024)
def _reason(code: str, detail: str, path: str | None) -> Reason:
    return Reason.model_construct(code=code, detail=detail, path=path)


def _money(value: dict[str, Any] | None) -> Money | None:
    return None if value is None else _amount(value["amount"], value["currency"])


def _store_order(value: dict[str, Any] | None) -> StoreOrder | None:
    return None if value is None else StoreOrder.model_validate(value)
