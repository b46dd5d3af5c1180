"""The GraphQL side of shipping and cancelling."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLResolveInfo

from simulator.database import Document
from simulator.shopify.connections import connection, page
from simulator.shopify.endings import cancel, why_not_cancelled
from simulator.shopify.fulfillments import happen, left, ship
from simulator.shopify.orders import order_by
from simulator.shopify.shop import Call, Resolver, Shop, legacy_id

TRACKING = ("company", "number", "url")


def order_cancel(
    _root: None,
    info: GraphQLResolveInfo,
    orderId: str,  # noqa: N803 - the arguments' names in the schema
    reason: str,
    restock: bool,
    **_refund: Any,
) -> Document:
    """Done at once; Shopify answers with a job all the same."""
    call: Call = info.context
    order = order_by(call.shop, orderId)
    if order is None:
        return _not_cancelled(call, "NOT_FOUND", ["orderId"], "Order does not exist")
    call.concerns(order)
    if refusal := why_not_cancelled(order):
        return _not_cancelled(call, "INVALID", ["orderId"], refusal)
    cancel(call.shop, order, reason, restock, "api")
    if _refund.get("notifyCustomer"):
        call.shop.record("mail", order, {"about": "cancelled", "to": order["email"]})
    job = {"id": f"gid://shopify/Job/{order['legacyResourceId']}", "done": True}
    return {"job": job, "orderCancelUserErrors": [], "userErrors": []}


def _not_cancelled(call: Call, code: str, field: list[str], message: str) -> Document:
    errors = call.refused((field, message))
    coded = [error | {"code": code} for error in errors]
    return {"job": None, "orderCancelUserErrors": coded, "userErrors": errors}


def fulfillment_create(
    _root: None,
    info: GraphQLResolveInfo,
    fulfillment: dict[str, Any],
    message: str | None = None,  # noqa: ARG001 - goes to the merchant's timeline, which is not simulated
) -> Document:
    """Ships the given lines of one fulfillment order, or all that is left of it."""
    call: Call = info.context
    groups = fulfillment["lineItemsByFulfillmentOrder"]
    order = _order_of(call.shop, groups[0]["fulfillmentOrderId"]) if groups else None
    if order is None or len(groups) != 1:
        return _not_shipped(call, "Fulfillment order does not exist.")
    call.concerns(order)
    open_parts = left(order)
    wanted = groups[0].get("fulfillmentOrderLineItems")
    parts = (
        {legacy_id(w["id"], "FulfillmentOrderLineItem"): w["quantity"] for w in wanted}
        if wanted
        else open_parts
    )
    if order["cancelledAt"] or not parts:
        return _not_shipped(call, "Fulfillment order has an unfulfillable status= closed.")
    if any(quantity < 1 or quantity > open_parts.get(ref, 0) for ref, quantity in parts.items()):
        return _not_shipped(call, "Invalid fulfillment order line item quantity requested.")
    given = fulfillment.get("trackingInfo") or {}
    made = ship(call.shop, order, parts, {part: given.get(part) for part in TRACKING})
    return {"fulfillment": made, "userErrors": []}


def _not_shipped(call: Call, message: str) -> Document:
    return {"fulfillment": None, "userErrors": call.refused((["fulfillment"], message))}


def fulfillment_event_create(
    _root: None,
    info: GraphQLResolveInfo,
    fulfillmentEvent: dict[str, Any],  # noqa: N803
) -> Document:
    """One step of the parcel's way."""
    call: Call = info.context
    found = _fulfillment(call.shop, fulfillmentEvent["fulfillmentId"])
    if found is None:
        errors = call.refused((["fulfillmentEvent", "fulfillmentId"], "Fulfillment does not exist"))
        return {"fulfillmentEvent": None, "userErrors": errors}
    order, fulfillment = found
    call.concerns(order)
    message = fulfillmentEvent.get("message") or ""
    event = happen(call.shop, order, fulfillment, fulfillmentEvent["status"], message)
    return {"fulfillmentEvent": event, "userErrors": []}


def _fulfillment(shop: Shop, gid: str) -> tuple[Document, Document] | None:
    number = legacy_id(gid, "Fulfillment")
    for order in shop.orders.values():
        for fulfillment in order["fulfillments"]:
            if fulfillment["legacyResourceId"] == number:
                return order, fulfillment
    return None


def fulfillment_by(shop: Shop, gid: str) -> Document | None:
    """Null when there is none."""
    found = _fulfillment(shop, gid)
    return found[1] if found else None


def return_by(shop: Shop, gid: str) -> Document | None:
    """Null when there is none."""
    made = (made for order in shop.orders.values() for made in order["returns"])
    return next((one for one in made if one["id"] == gid), None)


def _order_of(shop: Shop, gid: str) -> Document | None:
    number = legacy_id(gid, "FulfillmentOrder")
    return next((o for o in shop.orders.values() if o["_fulfillment_order"] == number), None)


def _fulfillment_orders(order: Document, _info: object, **arguments: Any) -> Document:
    """One for the whole order: the shop has one warehouse."""
    status = "OPEN" if left(order) else "CLOSED"
    if order["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED":
        status = "IN_PROGRESS"
    whole = {
        "__typename": "FulfillmentOrder",
        "id": f"gid://shopify/FulfillmentOrder/{order['_fulfillment_order']}",
        "status": "CANCELLED" if order["cancelledAt"] else status,
        "lineItems": [
            {
                "__typename": "FulfillmentOrderLineItem",
                "id": f"gid://shopify/FulfillmentOrderLineItem/{line['legacyResourceId']}",
                "totalQuantity": line["quantity"],
                "remainingQuantity": line["unfulfilledQuantity"],
                "sku": line["sku"],
                "_line": line["legacyResourceId"],
                "_order": order["legacyResourceId"],
            }
            for line in order["lineItems"]
        ],
    }
    return page([whole], **arguments)


FIELDS: dict[str, Resolver] = {
    "QueryRoot.fulfillment": lambda _, info, id: fulfillment_by(info.context.shop, id),  # noqa: A006
    "QueryRoot.return": lambda _, info, id: return_by(info.context.shop, id),  # noqa: A006
    "Mutation.orderCancel": order_cancel,
    "Mutation.fulfillmentCreate": fulfillment_create,
    "Mutation.fulfillmentEventCreate": fulfillment_event_create,
    "Order.fulfillmentOrders": _fulfillment_orders,
    "FulfillmentOrder.lineItems": connection("lineItems"),
    "Fulfillment.trackingInfo": lambda source, _, first=None: source["trackingInfo"][:first],
    "Fulfillment.events": connection("events"),
    "Fulfillment.fulfillmentLineItems": connection("fulfillmentLineItems"),
}
