"""Webhook bodies: the REST shapes of orders, fulfillments, refunds and returns."""

from __future__ import annotations

from typing import Any

from simulator.database import Document
from simulator.shopify.addresses import rest_address
from simulator.shopify.money import cents, money, rest_set


def order_body(order: Document, edited: bool = False) -> Document:
    """The body of orders/*; of orders/edited, which names only what changed."""
    if edited:
        return {"order_edit": _edit_body(order)}
    return _sums(order) | {
        "id": int(order["legacyResourceId"]),
        "admin_graphql_api_id": order["id"],
        "name": order["name"],
        "number": order["number"] - 1000,
        "order_number": order["number"],
        "email": order["email"] or "",
        "contact_email": order["email"],
        "phone": order["phone"],
        "note": order["note"],
        "note_attributes": [
            {"name": a["key"], "value": a["value"]} for a in order["customAttributes"]
        ],
        "tags": ", ".join(order["tags"]),
        "test": order["test"],
        "confirmed": order["confirmed"],
        "created_at": order["createdAt"],
        "processed_at": order["processedAt"],
        "updated_at": order["updatedAt"],
        "closed_at": order["closedAt"],
        "cancelled_at": order["cancelledAt"],
        "cancel_reason": (order["cancelReason"] or "").lower() or None,
        "financial_status": order["displayFinancialStatus"].lower(),
        "fulfillment_status": _fulfillment_status(order),
        "source_name": order["sourceName"],
        "source_identifier": order["sourceIdentifier"],
        "shipping_address": rest_address(order["shippingAddress"]),
        "billing_address": rest_address(order["billingAddress"]),
        "shipping_lines": _shipping_lines(order),
        "line_items": [line_body(line, order) for line in order["lineItems"]],
        "fulfillments": [fulfillment_body(order, f) for f in order["fulfillments"]],
        "refunds": [refund_body(order, refund) for refund in order["refunds"]],
        "returns": [return_body(order, made) for made in order["returns"]],
    }


def _sums(order: Document) -> Document:
    currency, sums = order["currencyCode"], order["_sums"]
    return {
        "currency": currency,
        "presentment_currency": currency,
        "discount_codes": [],
        "discount_applications": [_application(a) for a in order["discountApplications"]],
        "tax_lines": [],
        "taxes_included": False,
        "total_line_items_price": money(sums["totalLineItemsPriceSet"]),
        "total_discounts": money(sums["totalDiscountsSet"]),
        "total_discounts_set": rest_set(sums["totalDiscountsSet"], currency),
        "subtotal_price": money(sums["subtotalPriceSet"]),
        "total_shipping_price_set": rest_set(sums["totalShippingPriceSet"], currency),
        "total_tax": "0.00",
        "total_price": money(sums["totalPriceSet"]),
        "total_price_set": rest_set(sums["totalPriceSet"], currency),
        "current_total_price": money(cents(_current_total(order))),
    }


def line_body(line: Document, order: Document) -> Document:
    """A line item; `fulfillable_quantity` is what is still to ship."""
    done = line["quantity"] - line["unfulfilledQuantity"]
    return {
        "id": int(line["legacyResourceId"]),
        "admin_graphql_api_id": line["id"],
        "title": line["title"],
        "name": line["name"],
        "variant_title": line["variantTitle"],
        "sku": line["sku"],
        "variant_id": _number(line["_variant"]),
        "product_id": _number(line["_product"]),
        "product_exists": line["_product"] is not None,
        "quantity": line["quantity"],
        "current_quantity": line["currentQuantity"],
        "fulfillable_quantity": line["unfulfilledQuantity"],
        "fulfillment_status": None if not done else _part(line["unfulfilledQuantity"]),
        "requires_shipping": line["requiresShipping"],
        "price": money(line["_unit"]),
        "price_set": rest_set(line["_unit"], order["currencyCode"]),
        "total_discount": money(line["_discount"]),
        "gift_card": False,
        "taxable": True,
        "properties": [],
        "tax_lines": [],
    }


def fulfillment_body(order: Document, fulfillment: Document) -> Document:
    """The body of fulfillments/*."""
    info = fulfillment["trackingInfo"]
    numbers = [t["number"] for t in info if t["number"]]
    urls = [t["url"] for t in info if t["url"]]
    shipment = fulfillment["displayStatus"].lower()
    lines = {line["legacyResourceId"]: line for line in order["lineItems"]}
    return {
        "id": int(fulfillment["legacyResourceId"]),
        "admin_graphql_api_id": fulfillment["id"],
        "order_id": int(order["legacyResourceId"]),
        "name": fulfillment["name"],
        "status": fulfillment["status"].lower(),
        "service": "manual",
        "created_at": fulfillment["createdAt"],
        "updated_at": fulfillment["updatedAt"],
        "shipment_status": shipment if shipment not in ("fulfilled", "canceled") else None,
        "tracking_company": info[0]["company"] if info else None,
        "tracking_number": numbers[0] if numbers else None,
        "tracking_numbers": numbers,
        "tracking_url": urls[0] if urls else None,
        "tracking_urls": urls,
        "email": order["email"],
        "destination": rest_address(order["shippingAddress"]),
        "line_items": [
            _shipped(lines[part["_line"]], order, part["quantity"])
            for part in fulfillment["fulfillmentLineItems"]
        ],
    }


def _shipped(line: Document, order: Document, quantity: int) -> Document:
    body = line_body(line, order) | {"quantity": quantity}
    del body["current_quantity"]
    return body


def event_body(order: Document, fulfillment: Document, event: Document) -> Document:
    """The body of fulfillment_events/create."""
    number = event["id"].rsplit("/", 1)[1]
    return {
        "id": int(number),
        "admin_graphql_api_id": event["id"],
        "order_id": int(order["legacyResourceId"]),
        "fulfillment_id": int(fulfillment["legacyResourceId"]),
        "status": event["status"].lower(),
        "message": event["message"],
        "happened_at": event["happenedAt"],
        "created_at": event["createdAt"],
        "updated_at": event["createdAt"],
        "estimated_delivery_at": None,
    }


def refund_body(order: Document, refund: Document) -> Document:
    """The body of refunds/create."""
    return {
        "id": int(refund["legacyResourceId"]),
        "admin_graphql_api_id": refund["id"],
        "order_id": int(order["legacyResourceId"]),
        "created_at": refund["createdAt"],
        "processed_at": refund["createdAt"],
        "note": refund["note"],
        "restock": any(part["restocked"] for part in refund["refundLineItems"]),
        "refund_line_items": [
            {
                "id": int(part["id"].rsplit("/", 1)[1]),
                "line_item_id": int(part["_line"]),
                "quantity": part["quantity"],
                "restock_type": "return" if part["restocked"] else "no_restock",
            }
            for part in refund["refundLineItems"]
        ],
    }


def return_body(order: Document, made: Document) -> Document:
    """The body of returns/approve."""
    return {
        "id": int(made["id"].rsplit("/", 1)[1]),
        "admin_graphql_api_id": made["id"],
        "status": made["status"].lower(),
        "name": made["name"],
        "order": {"id": int(order["legacyResourceId"]), "admin_graphql_api_id": order["id"]},
        "total_return_line_items": made["totalQuantity"],
    }


def return_closed_body(order: Document, made: Document) -> Document:
    """The body of returns/close, which names its order otherwise."""
    return {
        "id": int(made["id"].rsplit("/", 1)[1]),
        "admin_graphql_api_id": made["id"],
        "order_id": int(order["legacyResourceId"]),
        "status": made["status"].lower(),
    }


def draft_body(draft: Document) -> Document:
    """The body of draft_orders/*, as much as a listener needs to look it up."""
    return {
        "id": int(draft["legacyResourceId"]),
        "admin_graphql_api_id": draft["id"],
        "name": draft["name"],
        "status": draft["status"].lower(),
        "order_id": _number(draft["_order"]),
        "email": draft["email"],
        "note": draft["note2"],
        "tags": ", ".join(draft["tags"]),
        "total_price": money(draft["_sums"]["totalPriceSet"]),
        "currency": draft["currencyCode"],
        "created_at": draft["createdAt"],
        "updated_at": draft["updatedAt"],
        "completed_at": draft["completedAt"],
    }


def _edit_body(order: Document) -> Document:
    edit = order["_edit"]
    return {
        "id": int(edit["id"]),
        "order_id": int(order["legacyResourceId"]),
        "created_at": order["updatedAt"],
        "committed_at": order["updatedAt"],
        "notify_customer": False,
        "staff_note": "",
        "line_items": {"additions": edit["additions"], "removals": edit["removals"]},
    }


def _fulfillment_status(order: Document) -> str | None:
    known = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}
    return known.get(order["displayFulfillmentStatus"])


def _part(left: int) -> str:
    return "partial" if left else "fulfilled"


def _current_total(order: Document) -> str:
    text: str = order["currentTotalPriceSet"]["shopMoney"]["amount"]
    return text


def _application(application: Document) -> Document:
    value: Any = application["value"]
    return {
        "type": "manual",
        "title": application["title"],
        "description": application["description"],
        "value": str(value.get("percentage", value.get("amount"))),
        "value_type": application["_type"],
        "allocation_method": "across",
        "target_selection": "all",
        "target_type": "line_item",
    }


def _shipping_lines(order: Document) -> list[Document]:
    line = order["shippingLine"]
    if line is None:
        return []
    number = int(line["id"].rsplit("/", 1)[1])
    price = money(line["_cents"])
    return [{"id": number, "title": line["title"], "code": line["code"], "price": price}]


def _number(ref: str | None) -> int | None:
    return int(ref) if ref else None
