"""Fulfillments: what left the house, where it is, and when it came back."""

from __future__ import annotations

from typing import Any

from simulator.clock import second
from simulator.database import Document
from simulator.shopify.bodies import event_body, fulfillment_body
from simulator.shopify.orders import changed
from simulator.shopify.products import ship_stock, take_stock
from simulator.shopify.shop import Shop

# What Shopify shows on the fulfillment after an event.
MOVING = {"IN_TRANSIT": "inTransitAt", "DELIVERED": "deliveredAt"}


def live(order: Document) -> list[Document]:
    """Fulfillments that were not cancelled."""
    return [f for f in order["fulfillments"] if f["status"] == "SUCCESS"]


def left(order: Document) -> dict[str, int]:
    """Line id → quantity still to ship."""
    return {
        line["legacyResourceId"]: line["unfulfilledQuantity"]
        for line in order["lineItems"]
        if line["unfulfilledQuantity"] > 0
    }


def ship(shop: Shop, order: Document, parts: dict[str, int], tracking: Document) -> Document:
    """Ships quantities by line id; `tracking` is `{company, number, url}`."""
    now = second()
    count = len(order["fulfillments"]) + 1
    fulfillment = shop.named("Fulfillment") | {
        "name": f"{order['name']}-F{count}",
        "status": "SUCCESS",
        "displayStatus": "FULFILLED",
        "createdAt": now,
        "updatedAt": now,
        "inTransitAt": None,
        "deliveredAt": None,
        "estimatedDeliveryAt": None,
        "totalQuantity": sum(parts.values()),
        "requiresShipping": order["requiresShipping"],
        "trackingInfo": [tracking] if any(tracking.values()) else [],
        "events": [],
        "fulfillmentLineItems": [_part(shop, order, ref, q) for ref, q in parts.items()],
        "_order": order["legacyResourceId"],
    }
    for line in order["lineItems"]:
        quantity = parts.get(line["legacyResourceId"], 0)
        line["unfulfilledQuantity"] -= quantity
        ship_stock(shop, line["_variant"] or "", quantity)
    order["fulfillments"].append(fulfillment)
    recount(order)
    whole = order["displayFulfillmentStatus"] == "FULFILLED"
    changed(shop, order, "ORDERS_FULFILLED" if whole else "ORDERS_PARTIALLY_FULFILLED")
    _announce(shop, order, fulfillment, "FULFILLMENTS_CREATE")
    shop.record("fulfilled", order, _facts(order, fulfillment, parts, tracking))
    return fulfillment


def happen(
    shop: Shop, order: Document, fulfillment: Document, status: str, message: str
) -> Document:
    """One event of the carrier; DELIVERED goes into the ledger."""
    now = second()
    event = {
        "__typename": "FulfillmentEvent",
        "id": f"gid://shopify/FulfillmentEvent/{shop.store.new_id()}",
        "status": status,
        "message": message,
        "happenedAt": now,
        "createdAt": now,
        "estimatedDeliveryAt": None,
        "city": None,
        "country": (order["shippingAddress"] or {}).get("countryCode"),
    }
    fulfillment["events"].append(event)
    fulfillment["displayStatus"] = status
    fulfillment["updatedAt"] = now
    if status in MOVING:
        fulfillment[MOVING[status]] = now
    changed(shop, order)
    body = event_body(order, fulfillment, event)
    shop.announce(
        "FULFILLMENT_EVENTS_CREATE", lambda: body, order["legacyResourceId"], order["_mark"]
    )
    _announce(shop, order, fulfillment, "FULFILLMENTS_UPDATE")
    if status == "DELIVERED":
        ref = fulfillment["legacyResourceId"]
        shop.record("delivered", order, {"order_name": order["name"], "fulfillment_id": ref})
    return event


def cancel_fulfillment(shop: Shop, order: Document, fulfillment: Document) -> None:
    """The goods are back in the house, the order is unfulfilled again."""
    fulfillment["status"], fulfillment["displayStatus"] = "CANCELLED", "CANCELED"
    fulfillment["updatedAt"] = second()
    back = {part["_line"]: part["quantity"] for part in fulfillment["fulfillmentLineItems"]}
    for line in order["lineItems"]:
        quantity = back.get(line["legacyResourceId"], 0)
        line["unfulfilledQuantity"] += quantity
        ship_stock(shop, line["_variant"] or "", -quantity)
    recount(order)
    changed(shop, order)
    _announce(shop, order, fulfillment, "FULFILLMENTS_UPDATE")


def restock(shop: Shop, line: Document, quantity: int, shipped: bool) -> None:
    """Returned or cancelled goods can be sold again."""
    ref = line["_variant"] or ""
    take_stock(shop, ref, -quantity)
    if shipped:
        ship_stock(shop, ref, -quantity)


def recount(order: Document) -> None:
    """`displayFulfillmentStatus` from what is shipped and what is left."""
    open_quantity = sum(left(order).values())
    if not live(order):
        status = "UNFULFILLED"
    else:
        status = "PARTIALLY_FULFILLED" if open_quantity else "FULFILLED"
    order["displayFulfillmentStatus"] = status


def _part(shop: Shop, order: Document, ref: str, quantity: int) -> Document:
    return {
        "__typename": "FulfillmentLineItem",
        "id": f"gid://shopify/FulfillmentLineItem/{shop.store.new_id()}",
        "quantity": quantity,
        "_line": ref,
        "_order": order["legacyResourceId"],
    }


def _announce(shop: Shop, order: Document, fulfillment: Document, topic: str) -> None:
    about, mark = order["legacyResourceId"], order["_mark"]
    shop.announce(topic, lambda: fulfillment_body(order, fulfillment), about, mark)


def _facts(
    order: Document, fulfillment: Document, parts: dict[str, int], tracking: Document
) -> dict[str, Any]:
    lines = {line["legacyResourceId"]: line for line in order["lineItems"]}
    return {
        "order_name": order["name"],
        "fulfillment_id": fulfillment["legacyResourceId"],
        "complete": order["displayFulfillmentStatus"] == "FULFILLED",
        "carrier": tracking["company"],
        "tracking_number": tracking["number"],
        "lines": [
            {"variant_ref": lines[ref]["_variant"], "quantity": quantity}
            for ref, quantity in parts.items()
        ],
    }
