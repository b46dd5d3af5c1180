"""A Shopify order in our words (PLATFORMS: displayFulfillmentStatus, fulfillments, refunds)."""

import hashlib
from collections import Counter
from collections.abc import Mapping

from giftstream.events import Money
from giftstream_platforms.amounts import money
from giftstream_platforms.shopify import plain

from store_sync.seen import Fulfilment, SeenLine, SeenOrder, SeenParcel
from store_sync.stores.shopify.answers import Fulfillment, NonsenseAnswer, Order

# Everything else means that nothing has left: UNFULFILLED, OPEN, ON_HOLD, SCHEDULED, IN_PROGRESS,
# PENDING_FULFILLMENT, REQUEST_DECLINED, RESTOCKED.
FULFILMENT: Mapping[str, Fulfilment] = {
    "FULFILLED": "fulfilled",
    "PARTIALLY_FULFILLED": "partially_fulfilled",
}
CAME_BACK = frozenset({"RETURNED", "INSPECTION_COMPLETE"})
NOT_LIVE = frozenset({"CANCELLED", "ERROR", "FAILURE"})
# What the vendor calls the moment after handing over, by three names.
SENT = frozenset({"FULFILLED", "MARKED_AS_FULFILLED", "SUBMITTED"})


def seen_order(order: Order) -> SeenOrder:
    """One answer of ORDER_STATE."""
    return SeenOrder(
        order_ref=plain(order.id),
        number=order.name,
        updated_at=order.updated_at,
        fulfilment=FULFILMENT.get(order.display_fulfillment_status, "pending"),
        lines=tuple(
            SeenLine(
                line_ref=plain(line.id),
                variant_ref=plain(line.variant.id) if line.variant else None,
                sku=line.sku,
                quantity=line.quantity,
                current=line.current_quantity,
            )
            for line in order.line_items.nodes
        ),
        parcels=tuple(_parcel(one) for one in order.fulfillments),
        restocked=_restocked(order),
        came_back=order.return_status in CAME_BACK,
        cancelled_at=order.cancelled_at,
        total=_total(order),
        address=_digest(order.shipping_address),
    )


def _parcel(one: Fulfillment) -> SeenParcel:
    tracking = one.tracking_info[0] if one.tracking_info else None
    counts: Counter[str] = Counter()
    for line in one.fulfillment_line_items.nodes:
        counts[plain(line.line_item.id)] += line.quantity or 0
    return SeenParcel(
        shipment_id=plain(one.id),
        lines=tuple((ref, count) for ref, count in counts.items() if count),
        live=one.status not in NOT_LIVE,
        status=_parcel_status(one),
        carrier=_short(tracking.company) if tracking else None,
        tracking_number=_short(tracking.number) if tracking else None,
        tracking_url=_link(tracking.url) if tracking else None,
        shipped_at=one.created_at,
        delivered_at=one.delivered_at,
    )


def _parcel_status(one: Fulfillment) -> str:
    shown = one.display_status or one.status
    if shown in SENT or shown in ("SUCCESS", "OPEN", "PENDING"):
        return "fulfilled"
    return "cancelled" if shown == "CANCELED" else shown.lower()


def _restocked(order: Order) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for refund in order.refunds:
        for line in refund.refund_line_items.nodes:
            if line.restocked:
                counts[plain(line.line_item.id)] += line.quantity or 0
    return dict(counts)


def _total(order: Order) -> Money:
    shown = order.current_total_price_set.shop_money
    try:
        return money(shown.amount, shown.currency_code)
    except ValueError:
        raise NonsenseAnswer("the store's answer is wrong at currentTotalPriceSet") from None


def _digest(address: Mapping[str, str | None] | None) -> str | None:
    if address is None:
        return None
    text = "\x1f".join(f"{name}={address[name] or ''}" for name in sorted(address))
    return hashlib.sha256(text.encode()).hexdigest()


def _short(text: str | None) -> str | None:
    return text[:200] if text else None


def _link(url: str | None) -> str | None:
    # A link that people will click: anything but http(s) could run in a page.
    return url if url and url.startswith(("https://", "http://")) else None
