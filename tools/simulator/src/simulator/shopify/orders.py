"""Orders: born from a draft, changed by the app, read by everybody."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLResolveInfo

from simulator.clock import second
from simulator.database import Document
from simulator.ledger import mark_of
from simulator.shopify.addresses import address_of
from simulator.shopify.bodies import order_body
from simulator.shopify.connections import connection, page
from simulator.shopify.money import bag
from simulator.shopify.products import take_stock
from simulator.shopify.search import found
from simulator.shopify.shop import Call, Resolver, Shop, legacy_id

FIRST_NUMBER = 1001
COPIED = (
    "email",
    "phone",
    "tags",
    "customAttributes",
    "shippingAddress",
    "billingAddress",
    "shippingLine",
    "currencyCode",
    "subtotalPriceSet",
    "totalDiscountsSet",
    "totalShippingPriceSet",
    "totalTaxSet",
    "totalPriceSet",
    "_sums",
    "_mark",
)

FRESH: Document = {
    "sourceIdentifier": None,
    "test": False,
    "confirmed": True,
    "edited": False,
    "closed": False,
    "closedAt": None,
    "cancelledAt": None,
    "cancelReason": None,
    "displayFinancialStatus": "PAID",
    "displayFulfillmentStatus": "UNFULFILLED",
    "returnStatus": "NO_RETURN",
    "fullyPaid": True,
    "discountCode": None,
}


def order_from(shop: Shop, draft: Document, source: str | None) -> Document:
    """The order of a completed draft; stock goes down even below zero, as drafts allow."""
    number = shop.store.next_number("next_order", FIRST_NUMBER)
    discount = draft["appliedDiscount"]
    order = shop.named("Order") | FRESH | {field: draft[field] for field in COPIED}
    order |= {
        "name": f"#{number}",
        "number": number,
        "note": draft["note2"],
        "sourceName": source or "shopify_draft_order",
        "createdAt": second(),
        "processedAt": second(),
        "requiresShipping": any(line["requiresShipping"] for line in draft["lineItems"]),
        "originalTotalPriceSet": draft["totalPriceSet"],
        "currentTotalPriceSet": draft["totalPriceSet"],
        "discountCodes": [],
        "discountApplications": [_application(discount)] if discount else [],
        "lineItems": [line_of_draft(shop, line) for line in draft["lineItems"]],
        "fulfillments": [],
        "refunds": [],
        "returns": [],
        "_fulfillment_order": str(shop.store.new_id()),
        "_draft": draft["legacyResourceId"],
    }
    for line in order["lineItems"]:
        take_stock(shop, line["_variant"] or "", line["quantity"])
    changed(shop, order, "ORDERS_CREATE", "ORDERS_PAID")
    return order


def changed(shop: Shop, order: Document, *topics: str) -> None:
    """Saves the order with a new `updatedAt` and tells subscribers; `orders/updated` always."""
    shop.touch("order", order)
    for topic in (*topics, "ORDERS_UPDATED"):
        announce(shop, order, topic)


def announce(shop: Shop, order: Document, topic: str) -> None:
    """The order's REST body under a topic of orders/*."""
    about, mark = order["legacyResourceId"], order["_mark"]
    shop.announce(topic, lambda: order_body(order, topic == "ORDERS_EDITED"), about, mark)


def _application(discount: Document) -> Document:
    percentage = {"__typename": "PricingPercentageValue", "percentage": discount["value"]}
    fixed = {"__typename": "MoneyV2"} | discount["amountSet"]["shopMoney"]
    return {
        "__typename": "ManualDiscountApplication",
        "allocationMethod": "ACROSS",
        "index": 0,
        "targetSelection": "ALL",
        "targetType": "LINE_ITEM",
        "value": percentage if discount["valueType"] == "PERCENTAGE" else fixed,
        "title": discount["title"] or "Discount",
        "description": discount["description"],
        "_type": discount["valueType"].lower(),
    }


def line_of_draft(shop: Shop, line: Document) -> Document:
    """An order's line from a draft's."""
    number = shop.store.new_id()
    kept = ("name", "title", "variantTitle", "sku", "quantity", "requiresShipping")
    sets = ("originalUnitPriceSet", "originalTotalSet", "discountedTotalSet", "totalDiscountSet")
    private = ("customAttributes", "_variant", "_product", "_unit", "_discount")
    return {field: line[field] for field in (*kept, *sets, *private)} | {
        "__typename": "LineItem",
        "id": f"gid://shopify/LineItem/{number}",
        "legacyResourceId": str(number),
        "currentQuantity": line["quantity"],
        "unfulfilledQuantity": line["quantity"],
        "refundableQuantity": line["quantity"],
    }


def order_by(shop: Shop, gid: str) -> Document | None:
    """Null when there is none, or it was deleted."""
    return shop.orders.get(legacy_id(gid, "Order"))


def update(_root: None, info: GraphQLResolveInfo, input: dict[str, Any]) -> Document:  # noqa: A002
    """Changes what is given."""
    call: Call = info.context
    order = order_by(call.shop, input["id"])
    if order is None:
        return {"order": None, "userErrors": call.refused((["id"], "Order does not exist"))}
    call.concerns(order)
    plain = ("email", "note", "customAttributes")
    order |= {field: input[field] for field in plain if field in input}
    if "tags" in input:
        _retag(order, input["tags"] or [])
    if "shippingAddress" in input:
        order["shippingAddress"] = address_of(call.shop, input["shippingAddress"])
    changed(call.shop, order)
    return {"order": order, "userErrors": []}


def tags_add(_root: None, info: GraphQLResolveInfo, id: str, tags: list[str]) -> Document:  # noqa: A002
    """Tags of an order, a draft, a product; one that is there already is no error."""
    return _tag(info.context, id, lambda had: [*had, *(t for t in tags if t not in had)])


def tags_remove(_root: None, info: GraphQLResolveInfo, id: str, tags: list[str]) -> Document:  # noqa: A002
    """One that is not there is no error."""
    return _tag(info.context, id, lambda had: [t for t in had if t not in tags])


def _tag(call: Call, gid: str, change: Any) -> Document:
    shop = call.shop
    kinds = (("Order", "order"), ("DraftOrder", "draft"), ("Product", "product"))
    for typename, kind in kinds:
        document = shop.store.get(kind, legacy_id(gid, typename))
        if document is not None:
            break
    else:
        return {"node": None, "userErrors": call.refused((["id"], "Resource does not exist"))}
    _retag(document, change(document["tags"]))
    if kind == "order":
        changed(shop, document)
    else:
        shop.touch(kind, document)
    return {"node": document, "userErrors": []}


def _retag(document: Document, tags: list[str]) -> None:
    document["tags"] = sorted({tag.strip() for tag in tags}, key=str.lower)
    # The mark stays when a merchant removes the tag: the order was made for that gift.
    document["_mark"] = mark_of(document["tags"]) or document.get("_mark")


def _list(
    _root: None,
    info: GraphQLResolveInfo,
    sortKey: str = "PROCESSED_AT",  # noqa: N803
    query: str | None = None,
    **arguments: Any,
) -> Document:
    call: Call = info.context
    fields = {"UPDATED_AT": "updatedAt", "ID": "legacyResourceId", "ORDER_NUMBER": "number"}
    field = fields.get(sortKey, "createdAt")
    hits = found(call.shop.orders.values(), query, call.drawn.search_lag_s)
    return page(hits, lambda order: [order[field], order["legacyResourceId"]], **arguments)


def _refund_total(refund: Document, info: GraphQLResolveInfo) -> Document:
    return bag(refund["_cents"], info.context.shop.currency)


def _line_of(part: Document, info: GraphQLResolveInfo) -> Document:
    lines: list[Document] = info.context.shop.orders[part["_order"]]["lineItems"]
    return next(line for line in lines if line["legacyResourceId"] == part["_line"])


def _order_of(part: Document, info: GraphQLResolveInfo) -> Document:
    order: Document = info.context.shop.orders[part["_order"]]
    return order


def _first(field: str) -> Resolver:
    return lambda source, _, first=None, **_query: source[field][:first]


FIELDS: dict[str, Resolver] = {
    "QueryRoot.order": lambda _, info, id: order_by(info.context.shop, id),  # noqa: A006
    "QueryRoot.orders": _list,
    "Mutation.orderUpdate": update,
    "Mutation.tagsAdd": tags_add,
    "Mutation.tagsRemove": tags_remove,
    "Order.discountApplications": connection("discountApplications"),
    "Order.fulfillments": _first("fulfillments"),
    "Order.refunds": _first("refunds"),
    "Order.returns": connection("returns"),
    "Return.order": _order_of,
    "Refund.order": _order_of,
    "Refund.totalRefundedSet": _refund_total,
    "Refund.refundLineItems": connection("refundLineItems"),
    "RefundLineItem.lineItem": _line_of,
    "LineItem.discountedTotalSet": lambda line, _, **_codes: line["discountedTotalSet"],
    "Fulfillment.order": _order_of,
    "FulfillmentLineItem.lineItem": _line_of,
    "FulfillmentOrderLineItem.lineItem": _line_of,
}
