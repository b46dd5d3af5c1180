"""What is in a draft and what it costs."""

from __future__ import annotations

from typing import Any

from simulator.database import Document
from simulator.shopify.money import bag, cents, decimal
from simulator.shopify.products import variant_by
from simulator.shopify.shop import Shop

OFF_BY = 490


def lines_of(shop: Shop, given: list[dict[str, Any]]) -> list[Document]:
    """The draft's lines with prices of now. Every variant must exist."""
    return [_line(shop, line) for line in given]


def _line(shop: Shop, given: dict[str, Any]) -> Document:
    variant = variant_by(shop, given["variantId"]) if given.get("variantId") else None
    number = shop.store.new_id()
    line: Document = {
        "__typename": "DraftOrderLineItem",
        "id": f"gid://shopify/DraftOrderLineItem/{number}",
        "uuid": f"{number:032x}",
        "quantity": given["quantity"],
        "customAttributes": given.get("customAttributes") or [],
        "custom": variant is None,
    }
    line |= _goods(shop, variant) if variant else _custom_goods(given)
    total = line["_unit"] * line["quantity"]
    discount = discount_of(given.get("appliedDiscount"), total, shop.currency)
    line["appliedDiscount"] = discount
    line["_discount"] = discount["_cents"] if discount else 0
    line["originalUnitPriceSet"] = bag(line["_unit"], shop.currency)
    line["originalTotalSet"] = bag(total, shop.currency)
    line["totalDiscountSet"] = bag(line["_discount"], shop.currency)
    line["discountedTotalSet"] = bag(total - line["_discount"], shop.currency)
    return line


def _goods(shop: Shop, variant: Document) -> Document:
    product = shop.products[variant["_product"]]
    return {
        "title": product["title"],
        "name": variant["displayName"],
        "variantTitle": variant["title"],
        "sku": variant["sku"],
        "requiresShipping": variant["_ships"],
        "_unit": cents(variant["price"]),
        "_variant": variant["legacyResourceId"],
        "_product": product["legacyResourceId"],
    }


def _custom_goods(given: dict[str, Any]) -> Document:
    price = given.get("originalUnitPriceWithCurrency")
    return {
        "title": given.get("title") or "Custom item",
        "name": given.get("title") or "Custom item",
        "variantTitle": None,
        "sku": given.get("sku"),
        "requiresShipping": bool(given.get("requiresShipping")),
        "_unit": cents(price["amount"]) if price else 0,
        "_variant": None,
        "_product": None,
    }


def discount_of(given: dict[str, Any] | None, total: int, currency: str) -> Document | None:
    """An applied discount on an amount; never more than the amount."""
    if given is None:
        return None
    if given["valueType"] == "PERCENTAGE":
        off = round(total * min(given["value"], 100) / 100)
    else:
        fixed = given.get("amountWithCurrency")
        off = cents(fixed["amount"] if fixed else given["value"])
    off = min(max(off, 0), total)
    return {
        "title": given.get("title"),
        "description": given.get("description") or "",
        "value": float(given["value"]),
        "valueType": given["valueType"],
        "amountSet": bag(off, currency),
        "_cents": off,
    }


def shipping_of(shop: Shop, given: dict[str, Any] | None) -> Document | None:
    """The shipping line; an own title and price, or one of the shop's rates by handle."""
    if given is None:
        return None
    rate = next((r for r in rates(shop) if r["handle"] == given.get("shippingRateHandle")), None)
    own = given.get("priceWithCurrency")
    price = cents(own["amount"]) if own else rate["_cents"] if rate else 0
    return _shipping_line(
        shop, given.get("title") or (rate or {}).get("title") or "Shipping", price, rate
    )


def _shipping_line(shop: Shop, title: str, price: int, rate: Document | None) -> Document:
    return {
        "id": f"gid://shopify/ShippingLine/{shop.store.new_id()}",
        "title": title,
        "code": rate["code"] if rate else "custom",
        "source": rate["source"] if rate else None,
        "custom": rate is None,
        "shippingRateHandle": rate["handle"] if rate else None,
        "originalPriceSet": bag(price, shop.currency),
        "discountedPriceSet": bag(price, shop.currency),
        "_cents": price,
    }


def rates(shop: Shop) -> list[Document]:
    """What the shop offers everywhere it ships to."""
    offered = (("Standard", 490), ("Express", 1_290))
    return [
        {
            "handle": f"shopify-{title}-{decimal(price)}",
            "code": title,
            "title": title,
            "source": "shopify",
            "price": {"amount": decimal(price), "currencyCode": shop.currency},
            "_cents": price,
        }
        for title, price in offered
    ]


def add_up(shop: Shop, draft: Document, given: dict[str, Any], total_off: bool) -> None:
    """Lines, then their discounts, then shipping: the discount never covers shipping."""
    lines = draft["lineItems"]
    gross = sum(line["_unit"] * line["quantity"] for line in lines)
    subtotal = gross - sum(line["_discount"] for line in lines)
    discount = discount_of(given.get("appliedDiscount"), subtotal, shop.currency)
    shipping = shipping_of(shop, given.get("shippingLine"))
    if total_off:
        # An app, a tax or a rule of the shop adds something that nobody asked for.
        title = shipping["title"] if shipping else "Shipping"
        paid = (shipping["_cents"] if shipping else 0) + OFF_BY
        shipping = _shipping_line(shop, title, paid, None)
    off = discount["_cents"] if discount else 0
    sums = {
        "totalLineItemsPriceSet": gross,
        "lineItemsSubtotalPrice": subtotal,
        "subtotalPriceSet": subtotal - off,
        "totalDiscountsSet": gross - subtotal + off,
        "totalShippingPriceSet": shipping["_cents"] if shipping else 0,
        "totalTaxSet": 0,
        "totalPriceSet": subtotal - off + (shipping["_cents"] if shipping else 0),
    }
    draft["appliedDiscount"], draft["shippingLine"] = discount, shipping
    draft["_sums"] = sums
    draft |= {name: bag(value, shop.currency) for name, value in sums.items()}
    draft["totalQuantityOfLineItems"] = sum(line["quantity"] for line in lines)
