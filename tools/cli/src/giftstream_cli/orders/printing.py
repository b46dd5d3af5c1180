"""Orders as people read them in a terminal."""

from collections.abc import Mapping
from typing import Any

from giftstream_cli.output import safe

COLUMNS = ("order", "status", "reasons", "selection", "brand", "store order", "submitted")

Order = Mapping[str, Any]


def row(order: Order) -> tuple[object, ...]:
    """One order in the columns of the list."""
    store_order = order.get("store_order") or {}
    return (
        order.get("order_id"),
        order.get("status"),
        ", ".join(str(reason.get("code")) for reason in order.get("reasons") or ()),
        order.get("selection_id"),
        order.get("brand_id"),
        store_order.get("number") or store_order.get("id"),
        order.get("submitted_at"),
    )


def previewed(order_id: str, preview: Mapping[str, Any]) -> dict[str, Any]:
    """What placing it would meet, as an answer of `orders place --dry-run`."""
    order = preview["order"]
    blocked, warnings = order.get("blocked_by") or (), preview.get("warnings") or ()
    reasons = (*(order.get("reasons") or ()), *blocked, *warnings)
    told = list(dict.fromkeys(str(one.get("detail")) for one in reasons))
    status = order.get("status")
    waits = status in ("pending_review", "on_hold", "approved", "placing")
    said = "would be judged again and placed" if waits else f"is {status}, nothing would be done"
    return {
        "order_id": order_id,
        "accepted": waits,
        "away": False,
        "status": status,
        "detail": " ".join([f"{said}{';' if told else ''}", *told]),
    }


def order_lines(order: Order) -> list[str]:
    """One order in full."""
    lines = [f"Order {safe(order.get('order_id'))}: {safe(order.get('status'))}"]
    lines += [f"  ! {safe(_reason(reason))}" for reason in order.get("reasons") or ()]
    lines += [f"  waits for: {safe(_reason(one))}" for one in order.get("blocked_by") or ()]
    lines.append("")
    lines += [f"  {name:<14}{safe(value)}" for name, value in _facts(order) if value]
    lines += ["", "  Lines"]
    lines += [f"    {_line(line)}" for line in order.get("lines") or ()]
    lines += [f"  in the store {_differs(one)}" for one in order.get("difference") or ()]
    if order.get("shipments"):
        lines += ["", "  Parcels"]
        lines += [f"    {_parcel(shipment)}" for shipment in order["shipments"]]
    return lines


def _reason(reason: object) -> object:
    if isinstance(reason, Mapping):
        return f"{reason.get('code')}: {reason.get('detail')}"
    return reason


def _facts(order: Order) -> list[tuple[str, object]]:
    store_order = order.get("store_order") or {}
    return [
        ("selection", order.get("selection_id")),
        ("reference", order.get("reference")),
        ("brand", order.get("brand_id")),
        ("campaign", order.get("campaign_id")),
        ("creator", order.get("creator_id")),
        ("store", order.get("store_id")),
        ("store order", store_order.get("number") or store_order.get("id")),
        ("in the store", store_order.get("admin_url")),
        ("charged", _money(order.get("charged"))),
        ("worth", _money(order.get("retail_value"))),
        ("cost", _money(order.get("cost"))),
        ("submitted", order.get("submitted_at")),
        ("placed", order.get("placed_at")),
        ("delivered", order.get("delivered_at")),
        ("verified", order.get("verified_at")),
        ("replaces", order.get("replaces")),
        *((f"{what} by", _who(order.get(what))) for what in ("approved", "rejected", "cancelled")),
    ]


def _who(decision: object) -> object:
    return decision.get("by") if isinstance(decision, Mapping) else None


def _money(money: object) -> str | None:
    if not isinstance(money, Mapping):
        return None
    return f"{money.get('amount')} {money.get('currency')} (minor units)"


def _line(line: Mapping[str, Any]) -> str:
    name = line.get("title") or line.get("sku") or line.get("variant_ref") or line.get("item_id")
    sku = f" ({line['sku']})" if line.get("sku") and line.get("title") else ""
    return safe(f"{line.get('quantity')} × {name}{sku}")


def _differs(difference: Mapping[str, Any]) -> str:
    field, ordered, found = (difference.get(name) for name in ("field", "ordered", "found"))
    return safe(f"{field}: {found}, ordered: {ordered}" if ordered else f"{field}: {found}")


def _parcel(shipment: Mapping[str, Any]) -> str:
    parts = [shipment.get(name) for name in ("status", "carrier", "tracking_number")]
    parts.append(shipment.get("tracking_url"))
    return safe("  ".join(str(part) for part in parts if part))
