"""What a Shopify webhook hints at: which order, which product, or the connection itself.

Platform: webhooks 2026-07. Neither the topic nor the delivery's id is signed, so a notice is only
ever a reason to look at the store.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import orjson

Kind = Literal["order", "product", "stock", "connection", "poll", "privacy", "other"]

_MARK = re.compile(r"(?:^|,\s*)gift-([0-9a-f]{32})(?:\s*,|$)")
PRIVACY = frozenset({"customers/data_request", "customers/redact", "shop/redact"})
_CONNECTION = frozenset({"app/uninstalled", "app/scopes_update"})
_OF_ORDER = ("fulfillments/", "fulfillment_events/", "refunds/", "returns/")
MAX_REF = 40


@dataclass(frozen=True, slots=True)
class Notice:
    """What to look at. `marked` is None where the body does not tell the order's tags."""

    kind: Kind
    ref: str | None = None
    mark: str | None = None
    marked: bool | None = None
    shop: str | None = None
    """Whose people a privacy request is about: an app's secret signs for all its shops."""


def notice(topic: str, raw: bytes) -> Notice:
    """From a webhook's topic and body; `other` for what we cannot read or do not need."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return Notice("other")
    if topic in _CONNECTION:
        return Notice("connection")
    if not isinstance(body, dict):
        return Notice("other")
    if topic in PRIVACY:
        return _about_people(topic, body)
    if topic.startswith(("products/", "inventory_levels/")):
        return _about_goods(topic, body)
    if topic.startswith("orders/"):
        return _about_order(topic, body)
    if topic.startswith(_OF_ORDER):
        ref = _ref(body.get("order_id")) or _ref(_inner(body, "order").get("id"))
        # Some bodies about returns name no order: the list of changed orders will.
        return Notice("order", ref) if ref else Notice("poll")
    return Notice("other")


def _about_goods(topic: str, body: Mapping[str, Any]) -> Notice:
    product = topic.startswith("products/")
    ref = _ref(body.get("id" if product else "inventory_item_id"))
    kind: Kind = "product" if product else "stock"
    return Notice(kind, ref) if ref else Notice("other")


def _about_order(topic: str, body: Mapping[str, Any]) -> Notice:
    ref = _ref(body.get("id")) or _ref(_inner(body, "order_edit").get("order_id"))
    if ref is None:
        return Notice("poll")
    tags = body.get("tags")
    if not isinstance(tags, str) or topic in ("orders/delete", "orders/edited"):
        return Notice("order", ref)
    found = _MARK.search(tags)
    return Notice("order", ref, str(UUID(hex=found[1])) if found else None, found is not None)


def _about_people(topic: str, body: Mapping[str, Any]) -> Notice:
    # The topic is not signed, so the body must be one of that topic: a request for data that was
    # captured must not come back as one to erase.
    shop = body.get("shop_domain")
    shape = {
        "customers/data_request": "data_request" in body,
        "customers/redact": "orders_to_redact" in body,
        "shop/redact": "customer" not in body,
    }
    if not isinstance(shop, str) or not shape[topic]:
        return Notice("other")
    return Notice("privacy", shop=shop.lower())


def _inner(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = body.get(name)
    return inner if isinstance(inner, dict) else {}


def _ref(value: object) -> str | None:
    # Integers only, or their digits: ids pass 2**53 and must never be floats.
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    return text if text.isascii() and text.isdigit() and len(text) <= MAX_REF else None
