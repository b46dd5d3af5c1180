"""The shop itself, the app's access, and objects of any type by id."""

from __future__ import annotations

from collections.abc import Callable

from graphql import GraphQLError, GraphQLResolveInfo

from simulator.clock import second
from simulator.database import Document
from simulator.shopify.fulfilling import fulfillment_by, return_by
from simulator.shopify.orders import order_by
from simulator.shopify.products import item_by, product_by, variant_by
from simulator.shopify.scopes import NEEDED, allowed, denied
from simulator.shopify.search import found
from simulator.shopify.shop import Call, Resolver, Shop, legacy_id
from simulator.shopify.subscriptions import subscription_by

BY_TYPE: dict[str, Callable[[Shop, str], Document | None]] = {
    "Order": order_by,
    "Product": product_by,
    "ProductVariant": variant_by,
    "InventoryItem": item_by,
    "DraftOrder": lambda shop, gid: shop.drafts.get(legacy_id(gid, "DraftOrder")),
    "Fulfillment": fulfillment_by,
    "Return": return_by,
    "WebhookSubscription": subscription_by,
}


def _shop(_root: None, info: GraphQLResolveInfo) -> Document:
    shop: Shop = info.context.shop
    profile = shop.store.profile
    return {
        "id": f"gid://shopify/Shop/{profile['number']}",
        "name": profile["name"],
        "email": f"owner@{shop.domain}",
        "contactEmail": f"hello@{shop.domain}",
        "myshopifyDomain": shop.domain,
        "currencyCode": shop.currency,
        "ianaTimezone": "Europe/Berlin",
        "url": f"https://{shop.domain}",
        "createdAt": second(0),
        "updatedAt": second(0),
        "shipsToCountries": profile["ships_to"],
    }


def _installation(_root: None, info: GraphQLResolveInfo) -> Document:
    shop: Shop = info.context.shop
    return {
        "id": f"gid://shopify/AppInstallation/{shop.store.profile['number']}",
        "accessScopes": [{"handle": s, "description": s.replace("_", " ")} for s in shop.scopes],
    }


def _node(_root: None, info: GraphQLResolveInfo, id: str) -> Document | None:  # noqa: A002
    call: Call = info.context
    typename = id.removeprefix("gid://shopify/").split("/")[0]
    if not id.startswith("gid://shopify/"):
        raise GraphQLError(f"Invalid global id '{id}'", extensions={"code": "INVALID_VARIABLE"})
    if typename not in BY_TYPE:
        return None
    # The static type is Node, so the scopes of the real one are asked for here.
    if not allowed(call.shop.scopes, NEEDED.get(typename, ())):
        raise denied(info.field_name, NEEDED[typename])
    return BY_TYPE[typename](call.shop, id)


def _nodes(_root: None, info: GraphQLResolveInfo, ids: list[str]) -> list[Document | None]:
    return [_node(None, info, gid) for gid in ids]


def _count(kind: str) -> Resolver:
    def resolve(
        _root: None, info: GraphQLResolveInfo, query: str | None = None, limit: int | None = None
    ) -> Document:
        call: Call = info.context
        hits = len(found(call.shop.store.all(kind).values(), query, call.drawn.search_lag_s))
        over = limit is not None and hits > limit
        return {"count": limit if over else hits, "precision": "AT_LEAST" if over else "EXACT"}

    return resolve


FIELDS: dict[str, Resolver] = {
    "QueryRoot.shop": _shop,
    "QueryRoot.currentAppInstallation": _installation,
    "QueryRoot.node": _node,
    "QueryRoot.nodes": _nodes,
    "QueryRoot.productsCount": _count("product"),
    "QueryRoot.productVariantsCount": _count("variant"),
    "QueryRoot.draftOrdersCount": _count("draft"),
    "QueryRoot.ordersCount": _count("order"),
    "QueryRoot.job": lambda _, __, id: {"id": id, "done": True},  # noqa: A006
}
