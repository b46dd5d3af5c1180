"""How an order ends otherwise: cancelled, sent back, edited, deleted."""

from __future__ import annotations

from simulator.clock import second
from simulator.database import Document
from simulator.shopify.bodies import refund_body, return_body, return_closed_body
from simulator.shopify.draft_lines import lines_of
from simulator.shopify.fulfillments import live, recount, restock
from simulator.shopify.money import money
from simulator.shopify.orders import changed, line_of_draft
from simulator.shopify.products import take_stock
from simulator.shopify.shop import Shop


def why_not_cancelled(order: Document) -> str | None:
    """Shopify's reason to refuse a cancellation; None: it may be."""
    if order["cancelledAt"]:
        return "Order has already been cancelled"
    if live(order):
        return "Cannot cancel an order with fulfillments that were not cancelled"
    if any(made["status"] in ("OPEN", "REQUESTED") for made in order["returns"]):
        return "Cannot cancel an order with open returns"
    return None


def cancel(shop: Shop, order: Document, reason: str, restocked: bool, by: str) -> None:
    """Final. Check `why_not_cancelled` first."""
    order["cancelledAt"] = order["closedAt"] = second()
    order["cancelReason"], order["closed"] = reason, True
    parts = {line["legacyResourceId"]: line["currentQuantity"] for line in order["lineItems"]}
    _refund(shop, order, parts, restocked=restocked, shipped=False)
    for line in order["lineItems"]:
        line["unfulfilledQuantity"] = 0
    free = order["_sums"]["totalPriceSet"] == 0
    order["displayFinancialStatus"] = "PAID" if free else "REFUNDED"
    changed(shop, order, "ORDERS_CANCELLED")
    shop.record("cancelled", order, {"order_name": order["name"], "reason": reason, "by": by})


def take_back(shop: Shop, order: Document, parts: dict[str, int], restocked: bool) -> Document:
    """A return of shipped goods, received and closed, with its refund; quantities by line id."""
    now = second()
    made = {
        "__typename": "Return",
        "id": f"gid://shopify/Return/{shop.store.new_id()}",
        "name": f"{order['name']}-R{len(order['returns']) + 1}",
        "status": "CLOSED",
        "totalQuantity": sum(parts.values()),
        "createdAt": now,
        "closedAt": now,
        "_order": order["legacyResourceId"],
    }
    order["returns"].append(made)
    order["returnStatus"] = "RETURNED"
    refund = _refund(shop, order, parts, restocked=restocked, shipped=True)
    changed(shop, order)
    about, mark = order["legacyResourceId"], order["_mark"]
    opened, closed = return_body(order, made) | {"status": "open"}, return_closed_body(order, made)
    shop.announce("RETURNS_APPROVE", lambda: opened, about, mark)
    shop.announce("RETURNS_CLOSE", lambda: closed, about, mark)
    refunded = refund_body(order, refund)
    shop.announce("REFUNDS_CREATE", lambda: refunded, about, mark)
    refs = {line["legacyResourceId"]: line["_variant"] for line in order["lineItems"]}
    lines = [{"variant_ref": refs[ref], "quantity": quantity} for ref, quantity in parts.items()]
    shop.record("returned", order, {"order_name": order["name"], "lines": lines})
    return made


def edit_lines(shop: Shop, order: Document, wanted: dict[str, int]) -> None:
    """Sets current quantities by variant; a variant that is new to the order is added."""
    additions: list[Document] = []
    removals: list[Document] = []
    for ref, quantity in wanted.items():
        line = next((li for li in order["lineItems"] if li["_variant"] == ref), None)
        if line is None:
            line = _added(shop, ref)
            order["lineItems"].append(line)
        delta = quantity - line["currentQuantity"]
        line["currentQuantity"] += delta
        line["refundableQuantity"] += delta
        line["unfulfilledQuantity"] = max(line["unfulfilledQuantity"] + delta, 0)
        line["quantity"] = max(line["quantity"], quantity)
        take_stock(shop, ref, delta)
        if delta:
            entry = {"id": int(line["legacyResourceId"]), "delta": abs(delta)}
            (additions if delta > 0 else removals).append(entry)
    order["edited"] = True
    order["_edit"] = {"id": shop.store.new_id(), "additions": additions, "removals": removals}
    recount(order)
    changed(shop, order, "ORDERS_EDITED")


def delete(shop: Shop, order: Document) -> None:
    """The merchant deletes the order; reads answer null from now on."""
    ref = order["legacyResourceId"]
    shop.store.drop("order", ref)
    shop.announce("ORDERS_DELETE", lambda: {"id": int(ref)}, ref, order["_mark"])
    shop.record("deleted", order, {"order_name": order["name"]})


def _added(shop: Shop, ref: str) -> Document:
    gid = f"gid://shopify/ProductVariant/{ref}"
    (drafted,) = lines_of(shop, [{"variantId": gid, "quantity": 1}])
    nothing = {"currentQuantity": 0, "unfulfilledQuantity": 0, "refundableQuantity": 0}
    return line_of_draft(shop, drafted) | nothing


def _refund(
    shop: Shop, order: Document, parts: dict[str, int], *, restocked: bool, shipped: bool
) -> Document:
    number = str(shop.store.new_id())
    refund = {
        "__typename": "Refund",
        "id": f"gid://shopify/Refund/{number}",
        "legacyResourceId": number,
        "note": None,
        "createdAt": second(),
        "refundLineItems": [],
        "_order": order["legacyResourceId"],
        "_cents": 0,
    }
    for line in order["lineItems"]:
        quantity = parts.get(line["legacyResourceId"], 0)
        if not quantity:
            continue
        line["currentQuantity"] -= quantity
        line["refundableQuantity"] -= quantity
        if restocked:
            restock(shop, line, quantity, shipped)
        part = {
            "__typename": "RefundLineItem",
            "id": f"gid://shopify/RefundLineItem/{shop.store.new_id()}",
            "quantity": quantity,
            "restocked": restocked,
            "_line": line["legacyResourceId"],
            "_order": order["legacyResourceId"],
        }
        refund["refundLineItems"].append(part)
    order["refunds"].append(refund)
    return refund


def summary(order: Document) -> Document:
    """An order in a few words, for the merchant's list."""
    return {
        "id": order["legacyResourceId"],
        "name": order["name"],
        "mark": order["_mark"],
        "tags": order["tags"],
        "email": order["email"],
        "total": money(order["_sums"]["totalPriceSet"]),
        "created_at": order["createdAt"],
        "updated_at": order["updatedAt"],
        "cancelled_at": order["cancelledAt"],
        "fulfillment_status": order["displayFulfillmentStatus"],
        "return_status": order["returnStatus"],
        "shipments": [
            {"id": f["legacyResourceId"], "status": f["displayStatus"]}
            for f in order["fulfillments"]
        ],
    }
