"""What a merchant does in the admin pages: ship, cancel, take back, edit, change goods."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from simulator.clock import parse_s
from simulator.database import Document
from simulator.shopify import endings
from simulator.shopify.addresses import address_of
from simulator.shopify.fulfillments import cancel_fulfillment, happen, left, live, ship
from simulator.shopify.money import cents, money
from simulator.shopify.orders import changed
from simulator.shopify.products import product_moved, stock_moved
from simulator.shopify.shop import Shop
from simulator.world import Refused

MOST_AT_ONCE = 200


def find_order(shop: Shop, ref: str) -> Document:
    """By the order's number in the store, or by gift order id."""
    order = shop.orders.get(ref)
    if order is None:
        order = next((o for o in reversed(shop.orders.values()) if o["_mark"] == ref), None)
    if order is None:
        raise Refused(f"no order {ref} in {shop.store.id}", 404)
    return order


def fulfill(shop: Shop, order: Document, body: Document) -> None:
    """`{lines?: [{variant_ref, quantity}], carrier, tracking_number, tracking_url}`."""
    if order["cancelledAt"]:
        raise Refused("the order is cancelled")
    parts = _chosen(order, body, left(order), "still to ship")
    if not parts:
        raise Refused("nothing is left to ship")
    number = str(body.get("tracking_number") or f"SIM{order['legacyResourceId'][-10:]}")
    tracking = {
        "company": body.get("carrier") or "DHL",
        "number": number,
        "url": body.get("tracking_url") or f"https://tracking.example.com/{number}",
    }
    fulfillment = ship(shop, order, parts, tracking)
    happen(shop, order, fulfillment, "IN_TRANSIT", "The parcel is on its way.")


def deliver(shop: Shop, order: Document, _body: Document) -> None:
    """Every parcel under way arrives."""
    under_way = [f for f in live(order) if f["displayStatus"] != "DELIVERED"]
    if not under_way:
        raise Refused("nothing is under way")
    for fulfillment in under_way:
        happen(shop, order, fulfillment, "DELIVERED", "The parcel was delivered.")


def unfulfill(shop: Shop, order: Document, _body: Document) -> None:
    """Cancels every fulfillment."""
    if not live(order):
        raise Refused("nothing is fulfilled")
    for fulfillment in live(order):
        cancel_fulfillment(shop, order, fulfillment)
    shop.record("unfulfilled", order, {"order_name": order["name"]})


def cancel(shop: Shop, order: Document, body: Document) -> None:
    """`{reason: "OTHER", restock: true}`; open parcels are called back first."""
    if order["cancelledAt"]:
        raise Refused("the order is cancelled already")
    for fulfillment in live(order):
        cancel_fulfillment(shop, order, fulfillment)
    reason = str(body.get("reason") or "OTHER").upper()
    endings.cancel(shop, order, reason, bool(body.get("restock", True)), "merchant")


def take_back(shop: Shop, order: Document, body: Document) -> None:
    """`{lines?: [{variant_ref, quantity}], restock: true}`; without lines, all that was shipped."""
    shipped = {
        line["legacyResourceId"]: line["currentQuantity"] - line["unfulfilledQuantity"]
        for line in order["lineItems"]
        if line["currentQuantity"] > line["unfulfilledQuantity"]
    }
    parts = _chosen(order, body, shipped, "shipped and not returned")
    if not parts:
        raise Refused("nothing that was shipped can be returned")
    endings.take_back(shop, order, parts, bool(body.get("restock", True)))


def edit(shop: Shop, order: Document, body: Document) -> None:
    """`{lines?: [{variant_ref, quantity}], email?, note?, tags?, shipping_address?}`.

    Quantities are what the line shall have; an empty body adds one to the first line.
    """
    if order["cancelledAt"]:
        raise Refused("the order is cancelled")
    lines = body.get("lines")
    if not body:
        first = order["lineItems"][0]
        lines = [{"variant_ref": first["_variant"], "quantity": first["currentQuantity"] + 1}]
    order |= {field: body[field] for field in ("email", "note", "tags") if field in body}
    if "shipping_address" in body:
        order["shippingAddress"] = address_of(shop, body["shipping_address"])
    if lines:
        wanted = {str(line["variant_ref"]): int(line["quantity"]) for line in lines}
        if missing := [ref for ref in wanted if ref not in shop.variants]:
            raise Refused(f"no variant {missing[0]} in {shop.store.id}")
        endings.edit_lines(shop, order, wanted)
    else:
        changed(shop, order)
    shop.record("edited", order, {"order_name": order["name"], "fields": sorted(body)})


def delete(shop: Shop, order: Document, _body: Document) -> None:
    """The order is gone for good."""
    endings.delete(shop, order)


ACTIONS: dict[str, Callable[[Shop, Document, Document], None]] = {
    "fulfill": fulfill,
    "deliver": deliver,
    "unfulfill": unfulfill,
    "cancel": cancel,
    "return": take_back,
    "edit": edit,
    "delete": delete,
}


def change_variant(shop: Shop, ref: str, body: Document) -> Document:
    """`{stock, price, deleted, inventory_policy, tracked, sku}`."""
    variant = shop.variants.get(ref)
    if variant is None:
        raise Refused(f"no variant {ref} in {shop.store.id}", 404)
    plain: dict[str, tuple[str, Callable[[Any], Any]]] = {
        "stock": ("inventoryQuantity", int),
        "price": ("price", lambda price: money(cents(price))),
        "inventory_policy": ("inventoryPolicy", lambda policy: str(policy).upper()),
        "tracked": ("_tracked", bool),
        "sku": ("sku", str),
    }
    for name, (field, read) in plain.items():
        if name in body:
            variant[field] = read(body[name])
    if body.get("deleted"):
        _remove(shop, variant)
    else:
        stock_moved(shop, variant)
    return {
        "variant_ref": ref,
        "sku": variant["sku"],
        "price": variant["price"],
        "stock": variant["inventoryQuantity"],
        "inventory_policy": variant["inventoryPolicy"],
        "deleted": bool(body.get("deleted")),
    }


def _remove(shop: Shop, variant: Document) -> None:
    """A product whose last variant goes, goes too."""
    ref, product = variant["legacyResourceId"], shop.products[variant["_product"]]
    shop.store.drop("variant", ref)
    product["_variants"].remove(ref)
    if product["_variants"]:
        product_moved(shop, product)
        return
    number = product["legacyResourceId"]
    shop.store.drop("product", number)
    shop.announce("PRODUCTS_DELETE", lambda: {"id": int(number)}, number)


def due(shop: Shop, fulfill_before: float, deliver_before: float) -> Iterable[tuple[str, str]]:
    """Orders old enough to be shipped, parcels old enough to arrive; not too many at once."""
    newest = max(fulfill_before, deliver_before)
    chosen = 0
    for ref in list(shop.unfinished):
        order = shop.orders.get(ref)
        if order is None:
            continue
        if chosen == MOST_AT_ONCE or parse_s(order["createdAt"]) > newest:
            return
        if action := _due(order, fulfill_before, deliver_before):
            chosen += 1
            yield ref, action


def _due(order: Document, fulfill_before: float, deliver_before: float) -> str | None:
    if left(order):
        return "fulfill" if parse_s(order["createdAt"]) <= fulfill_before else None
    parcels = [f for f in live(order) if f["displayStatus"] != "DELIVERED"]
    arrived = any(parse_s(parcel["createdAt"]) <= deliver_before for parcel in parcels)
    return "deliver" if arrived else None


def _chosen(
    order: Document, body: Document, available: dict[str, int], what: str
) -> dict[str, int]:
    """Line id → quantity, from `lines` of the body or all there is."""
    if not body.get("lines"):
        return available
    parts = {}
    for asked in body["lines"]:
        ref, quantity = str(asked["variant_ref"]), int(asked.get("quantity", 1))
        line = next((li for li in order["lineItems"] if li["_variant"] == ref), None)
        number = line["legacyResourceId"] if line else ""
        if not 0 < quantity <= available.get(number, 0):
            raise Refused(f"variant {ref}: {available.get(number, 0)} {what}, {quantity} asked for")
        parts[number] = quantity
    return parts
