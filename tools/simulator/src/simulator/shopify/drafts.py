"""Draft orders: made, changed, completed once, deleted."""

from __future__ import annotations

import re
from typing import Any

from graphql import GraphQLResolveInfo

from simulator.clock import now_s, second
from simulator.database import Document
from simulator.ledger import mark_of
from simulator.shopify.addresses import address_of
from simulator.shopify.bodies import draft_body
from simulator.shopify.connections import page
from simulator.shopify.draft_lines import add_up, lines_of, rates
from simulator.shopify.money import money
from simulator.shopify.orders import order_from
from simulator.shopify.products import variant_by
from simulator.shopify.search import found
from simulator.shopify.shop import Call, Resolver, Shop, legacy_id

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
LONGEST_TAG = 40
MOST_LINES = 499
Problem = tuple[list[str] | None, str]

MISSING = "Draft order does not exist"
PAID = "This order has been paid"
CALCULATING = "This order has not finished calculating, please try again later"


def create(_root: None, info: GraphQLResolveInfo, input: dict[str, Any]) -> Document:  # noqa: A002 - the argument's name
    """Promises nothing to anybody: it ships nothing and takes no stock."""
    call: Call = info.context
    shop = call.shop
    if problems := problems_of(shop, input):
        return {"draftOrder": None, "userErrors": call.refused(*problems)}
    draft = shop.named("DraftOrder") | {
        "name": f"#D{shop.store.next_number('next_draft', 1)}",
        "status": "OPEN",
        "createdAt": second(),
        "completedAt": None,
        "_order": None,
        "_given": input,
    }
    draft["invoiceUrl"] = f"https://{shop.domain}/invoices/{draft['legacyResourceId']}"
    _calculate(call, draft)
    shop.record("prepared", draft, _facts(draft))
    shop.announce(
        "DRAFT_ORDERS_CREATE", lambda: draft_body(draft), draft["legacyResourceId"], draft["_mark"]
    )
    return {"draftOrder": draft, "userErrors": []}


def update(_root: None, info: GraphQLResolveInfo, id: str, input: dict[str, Any]) -> Document:  # noqa: A002
    """Fields that are not given stay; everything is calculated anew."""
    call: Call = info.context
    draft, refusal = _open_draft(call, id)
    if draft is None:
        return {"draftOrder": None, "userErrors": call.refused(refusal)}
    given = draft["_given"] | input
    if problems := problems_of(call.shop, given):
        return {"draftOrder": draft, "userErrors": call.refused(*problems)}
    draft["_given"] = given
    _calculate(call, draft)
    call.shop.announce(
        "DRAFT_ORDERS_UPDATE", lambda: draft_body(draft), draft["legacyResourceId"], draft["_mark"]
    )
    return {"draftOrder": draft, "userErrors": []}


def complete(
    _root: None,
    info: GraphQLResolveInfo,
    id: str,  # noqa: A002
    sourceName: str | None = None,  # noqa: N803
) -> Document:
    """Makes the order, once. A total above zero is taken as paid: Shopify does not ask."""
    call: Call = info.context
    shop = call.shop
    draft, refusal = _open_draft(call, id)
    if draft is None:
        return {"draftOrder": None, "userErrors": call.refused(refusal)}
    if not _ready(draft):
        return {"draftOrder": draft, "userErrors": call.refused((None, CALCULATING))}
    if problems := _blocking(shop, draft):
        return {"draftOrder": draft, "userErrors": call.refused(*problems)}
    order = order_from(shop, draft, sourceName)
    draft["status"], draft["completedAt"] = "COMPLETED", second()
    draft["_order"] = order["legacyResourceId"]
    shop.touch("draft", draft)
    facts = _facts(draft) | {"order_id": order["legacyResourceId"], "order_name": order["name"]}
    shop.record("committed", order, facts)
    shop.announce(
        "DRAFT_ORDERS_UPDATE", lambda: draft_body(draft), draft["legacyResourceId"], draft["_mark"]
    )
    return {"draftOrder": draft, "userErrors": []}


def delete(_root: None, info: GraphQLResolveInfo, input: dict[str, Any]) -> Document:  # noqa: A002
    """Only a draft that is still open goes."""
    call: Call = info.context
    draft, refusal = _open_draft(call, input["id"])
    if draft is None:
        if refusal[1] == PAID:
            refusal = (None, "Completed draft orders can not be deleted")
        return {"deletedId": None, "userErrors": call.refused(refusal)}
    discard(call.shop, draft, "api")
    return {"deletedId": draft["id"], "userErrors": []}


def discard(shop: Shop, draft: Document, by: str) -> None:
    """Removes an open draft."""
    shop.store.drop("draft", draft["legacyResourceId"])
    shop.record("discarded", draft, {"draft_id": draft["legacyResourceId"], "by": by})
    body = {"id": int(draft["legacyResourceId"])}
    shop.announce("DRAFT_ORDERS_DELETE", lambda: body, draft["legacyResourceId"], draft["_mark"])


def problems_of(shop: Shop, given: dict[str, Any]) -> list[Problem]:
    """What Shopify refuses in a draft, each with its field."""
    lines = given.get("lineItems") or []
    problems: list[Problem] = []
    if not lines:
        problems.append((["lineItems"], "Add at least 1 product"))
    if len(lines) > MOST_LINES:
        problems.append((["lineItems"], f"Line items can't exceed {MOST_LINES}"))
    for index, line in enumerate(lines):
        problems += _line_problems(shop, line, str(index))
    email = given.get("email")
    if email and not EMAIL.fullmatch(email):
        problems.append((["email"], "Email is invalid"))
    if any(len(tag) > LONGEST_TAG for tag in given.get("tags") or []):
        problems.append((["tags"], f"Tags must be {LONGEST_TAG} characters or less"))
    return problems


def _line_problems(shop: Shop, line: dict[str, Any], index: str) -> list[Problem]:
    problems: list[Problem] = []
    gid = line.get("variantId")
    if gid and variant_by(shop, gid) is None:
        ref = legacy_id(gid, "ProductVariant") or gid
        problems.append((["lineItems", index, "variantId"], _gone(ref)))
    if not gid and not line.get("title"):
        problems.append((["lineItems", index, "title"], "Title can't be blank"))
    if line["quantity"] < 1:
        problems.append(
            (["lineItems", index, "quantity"], "Quantity must be greater than or equal to 1")
        )
    return problems


def _gone(ref: str) -> str:
    return f"Product with ID {ref} is no longer available."


def _blocking(shop: Shop, draft: Document) -> list[Problem]:
    """What has changed since the draft was made."""
    gone = [
        line["_variant"]
        for line in draft["lineItems"]
        if line["_variant"] and line["_variant"] not in shop.variants
    ]
    problems: list[Problem] = [(["lineItems"], _gone(ref)) for ref in gone]
    address, ships_to = draft["shippingAddress"], shop.store.profile["ships_to"]
    ships = any(line["requiresShipping"] for line in draft["lineItems"])
    if ships and address and ships_to and address["countryCode"] not in ships_to:
        problems.append((["shippingAddress"], "Some items can't be shipped to your address"))
    return problems


def _open_draft(call: Call, gid: str) -> tuple[Document | None, Problem]:
    draft = call.shop.drafts.get(legacy_id(gid, "DraftOrder"))
    if draft is None:
        return None, (["id"], MISSING)
    call.concerns(draft)
    if draft["status"] == "COMPLETED":
        return None, (None, PAID)
    return draft, (None, "")


def _calculate(call: Call, draft: Document) -> None:
    shop, given = call.shop, draft["_given"]
    tags = [tag.strip() for tag in given.get("tags") or []]
    accepts = given.get("acceptAutomaticDiscounts")
    draft |= {
        "email": given.get("email"),
        "phone": given.get("phone"),
        "note2": given.get("note"),
        "tags": sorted(set(tags), key=str.lower),
        "customAttributes": given.get("customAttributes") or [],
        "shippingAddress": address_of(shop, given.get("shippingAddress")),
        "billingAddress": address_of(shop, given.get("billingAddress")),
        "lineItems": lines_of(shop, given["lineItems"]),
        "currencyCode": shop.currency,
        "taxExempt": bool(given.get("taxExempt")),
        "taxesIncluded": False,
        "acceptAutomaticDiscounts": bool(accepts),
        "reserveInventoryUntil": given.get("reserveInventoryUntil"),
        "warnings": [],
        "_mark": mark_of(tags),
        "_ready_at": now_s() + shop.world.settings.draft_ready_ms / 1000,
    }
    add_up(shop, draft, given, call.drawn.total_off)
    shop.touch("draft", draft)
    call.concerns(draft)


def _ready(draft: Document) -> bool:
    return bool(now_s() >= draft["_ready_at"])


def _facts(draft: Document) -> Document:
    """For whoever checks the ledger; everything as the shop has it."""
    shipping, discount = draft["shippingLine"], draft["appliedDiscount"]
    return {
        "draft_id": draft["legacyResourceId"],
        "draft_name": draft["name"],
        "email": draft["email"],
        "country": (draft["shippingAddress"] or {}).get("countryCode"),
        "tags": draft["tags"],
        "total": money(draft["_sums"]["totalPriceSet"]),
        "currency": draft["currencyCode"],
        "shipping_title": shipping["title"] if shipping else None,
        "discount_title": discount["title"] if discount else None,
        "lines": [
            {"variant_ref": line["_variant"], "sku": line["sku"], "quantity": line["quantity"]}
            for line in draft["lineItems"]
        ],
    }


def _list(
    _root: None,
    info: GraphQLResolveInfo,
    sortKey: str = "ID",  # noqa: N803
    query: str | None = None,
    **arguments: Any,
) -> Document:
    call: Call = info.context
    field = {"UPDATED_AT": "updatedAt", "STATUS": "status"}.get(sortKey, "legacyResourceId")
    hits = found(call.shop.drafts.values(), query, call.drawn.search_lag_s)
    return page(hits, lambda draft: [draft[field], draft["legacyResourceId"]], **arguments)


def _delivery_options(_root: None, info: GraphQLResolveInfo, input: dict[str, Any]) -> Document:  # noqa: A002
    shop: Shop = info.context.shop
    country = (input.get("shippingAddress") or {}).get("countryCode")
    ships_to = shop.store.profile["ships_to"]
    reached = country is not None and (not ships_to or country in ships_to)
    empty = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    return {"availableShippingRates": rates(shop) if reached else [], "pageInfo": empty}


FIELDS: dict[str, Resolver] = {
    "QueryRoot.draftOrder": lambda _, info, id: info.context.shop.drafts.get(  # noqa: A006
        legacy_id(id, "DraftOrder")
    ),
    "QueryRoot.draftOrders": _list,
    "QueryRoot.draftOrderAvailableDeliveryOptions": _delivery_options,
    "Mutation.draftOrderCreate": create,
    "Mutation.draftOrderUpdate": update,
    "Mutation.draftOrderComplete": complete,
    "Mutation.draftOrderDelete": delete,
    "DraftOrder.ready": lambda draft, _: draft["status"] == "COMPLETED" or _ready(draft),
    "DraftOrder.order": lambda draft, info: info.context.shop.orders.get(draft["_order"] or ""),
}
