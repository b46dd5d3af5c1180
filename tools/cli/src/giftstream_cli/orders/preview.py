"""A preview as people read it in a terminal."""

from collections.abc import Mapping
from typing import Any

from giftstream_cli.orders.printing import order_lines
from giftstream_cli.output import safe

_RECIPIENT = ("name", "email", "phone")
_ADDRESS = ("company", "line1", "line2", "postcode", "city", "region", "country")


def preview_lines(preview: Mapping[str, Any]) -> list[str]:
    """The order, who gets it, how it is sent, and what the store has of each product."""
    lines = order_lines(preview["order"])
    lines += ["", "  Recipient", *_recipient(preview.get("recipient"))]
    store = preview.get("store") or {}
    shipping = preview.get("shipping_method") or "the store's own rule"
    lines += ["", f"  Store       {safe(store.get('name'))} ({safe(store.get('platform'))})"]
    lines += [f"  Shipping    {safe(shipping)}", "", "  Stock, read now"]
    lines += [f"    {_stock(one)}" for one in preview.get("stock") or ()]
    warnings = preview.get("warnings") or ()
    lines += [safe(f"  ! {one.get('code')}: {one.get('detail')}") for one in warnings]
    return lines


def _recipient(recipient: Mapping[str, Any] | None) -> list[str]:
    if recipient is None:
        return ["    not shown: the key may read orders, not write them"]
    address = recipient.get("address") or {}
    shown = [recipient.get(name) for name in _RECIPIENT]
    shown.append(", ".join(str(address[name]) for name in _ADDRESS if address.get(name)))
    return [f"    {safe(one)}" for one in shown if one]


def _stock(line: Mapping[str, Any]) -> str:
    available = line.get("available")
    held = "not known, or never runs out" if available is None else f"{available} there"
    short = "" if line.get("enough") is not False else ", not enough"
    name = line.get("title") or line.get("sku") or line.get("variant_ref")
    return safe(f"{line.get('quantity')} × {name}: {held}{short}")
