"""A Shopify store's catalog, read page by page."""

from typing import Any

import httpx
from giftstream.events import Reason
from giftstream_platforms.access import AccessCache
from giftstream_platforms.amounts import money
from giftstream_platforms.budgets import Budget
from giftstream_platforms.failures import AccessLost, StoreRefused
from giftstream_platforms.shopify import Operation, ShopifyClient, gid, plain

from campaign.catalog.store_catalog import Page, Variant

# Shopify refuses queries that may cost more than 1,000 points; a variant is asked for with seven.
PAGE = 50

_VARIANT = """
fragment GiftVariant on ProductVariant {
  id sku title price
  inventoryItem { requiresShipping unitCost { amount currencyCode } }
  product {
    id title status isGiftCard hasOnlyDefaultVariant
    featuredMedia { preview { image { url } } }
  }
}
"""

CATALOG_PAGE = Operation(
    "CatalogPage",
    """
query CatalogPage($first: Int!, $after: String) {
  shop { currencyCode }
  productVariants(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { ...GiftVariant }
  }
}
"""
    + _VARIANT,
    cost=100,
)

PRODUCT_PAGE = Operation(
    "ProductPage",
    """
query ProductPage($id: ID!, $first: Int!, $after: String) {
  shop { currencyCode }
  product(id: $id) {
    variants(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...GiftVariant }
    }
  }
}
"""
    + _VARIANT,
    cost=100,
)

CATALOG_SIZE = Operation(
    "CatalogSize",
    "query CatalogSize { productVariantsCount(limit: null) { count } }",
    cost=10,
)

OPERATIONS = (CATALOG_PAGE, PRODUCT_PAGE, CATALOG_SIZE)
"""All that is asked of Shopify here; a contract test holds each to the official schemas."""


class ShopifyCatalog:
    """The catalog of one connected shop."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        access: AccessCache,
        budget: Budget,
        store_id: str,
        *,
        deadline_s: float,
    ) -> None:
        self._http = http
        self._access = access
        self._budget = budget
        self._store_id = store_id
        self._deadline_s = deadline_s

    async def variants(self, after: str | None, /) -> Page:
        """All variants in the order of their ids."""
        data = await self._ask(CATALOG_PAGE, {"first": PAGE, "after": after})
        return _page(data["productVariants"], data["shop"]["currencyCode"])

    async def variants_of(self, product_ref: str, after: str | None, /) -> Page | None:
        """One product's variants; None when the shop has no such product."""
        if not product_ref.isascii() or not product_ref.isdigit():
            return None
        variables = {"id": gid("Product", product_ref), "first": PAGE, "after": after}
        data = await self._ask(PRODUCT_PAGE, variables)
        if data["product"] is None:
            return None
        return _page(data["product"]["variants"], data["shop"]["currencyCode"])

    async def count(self) -> int | None:
        """How many variants there are; it is only for a progress bar, so a no is no failure."""
        try:
            data = await self._ask(CATALOG_SIZE, {})
        except StoreRefused:
            return None
        counted = data["productVariantsCount"]
        return None if counted is None else int(counted["count"])

    async def _ask(self, operation: Operation, variables: dict[str, Any]) -> dict[str, Any]:
        try:
            return await self._execute(operation, variables)
        except AccessLost as lost:
            # The token that we keep may be an old one: store-sync refreshes them.
            self._access.forget(self._store_id)
            if lost.code != "store_disconnected":
                raise
        return await self._execute(operation, variables)

    async def _execute(self, operation: Operation, variables: dict[str, Any]) -> dict[str, Any]:
        access = await self._access.of(self._store_id)
        client = ShopifyClient(self._http, access, self._budget)
        return await client.execute(operation, variables, deadline_s=self._deadline_s)


def _page(connection: dict[str, Any], currency: str) -> Page:
    try:
        info = connection["pageInfo"]
        variants = tuple(_variant(node, currency) for node in connection["nodes"])
        return Page(variants, info["endCursor"] if info["hasNextPage"] else None)
    except (KeyError, TypeError, ValueError) as error:
        raise StoreRefused(["the shop's answer has not the shape that it documents"]) from error


def _variant(node: dict[str, Any], currency: str) -> Variant:
    product, stock = node["product"], node["inventoryItem"]
    preview = (product["featuredMedia"] or {}).get("preview") or {}
    cost = stock["unitCost"]
    # Shopify calls the only variant of a product without options "Default Title".
    alone = product["hasOnlyDefaultVariant"]
    return Variant(
        product_ref=plain(product["id"]),
        variant_ref=plain(node["id"]),
        sku=node["sku"] or None,
        title=product["title"],
        variant_title=None if alone else node["title"],
        image_url=(preview.get("image") or {}).get("url"),
        retail_price=money(node["price"], currency),
        unit_cost=None if cost is None else money(cost["amount"], cost["currencyCode"]),
        requires_shipping=stock["requiresShipping"],
        obstacle=_obstacle(product),
    )


def _obstacle(product: dict[str, Any]) -> Reason | None:
    if product["isGiftCard"]:
        # Shopify's discounts leave gift cards out, so the order would cost their full price.
        return Reason(
            code="gift_card", detail="A gift card cannot be discounted, so it cannot be a gift."
        )
    if product["status"] in ("DRAFT", "ARCHIVED"):
        return Reason(
            code="variant_unavailable",
            detail=f"The product is {product['status'].lower()} in the store; make it active.",
        )
    return None
