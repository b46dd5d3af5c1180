"""Which access scope each field, type and webhook topic needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, get_named_type

DEFAULT = (
    "read_products",
    "read_inventory",
    "read_locations",
    "read_draft_orders",
    "write_draft_orders",
    "read_orders",
    "write_orders",
    "read_all_orders",
    "read_fulfillments",
    "write_fulfillments",
    "read_merchant_managed_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders",
    "read_returns",
    "read_discounts",
    "write_discounts",
    "read_customers",
)

# Any one of a row is enough.
NEEDED: dict[str, tuple[str, ...]] = {
    "Product": ("read_products",),
    "ProductVariant": ("read_products",),
    "InventoryItem": ("read_inventory", "read_products"),
    "InventoryItem.inventoryLevels": ("read_inventory",),
    "InventoryLevel": ("read_inventory",),
    "Location": ("read_locations", "read_inventory", "read_markets_home"),
    "Location.name": ("read_locations", "read_markets_home"),
    "DraftOrder": ("read_draft_orders", "read_quick_sale"),
    "Order": ("read_orders", "read_marketplace_orders", "read_quick_sale"),
    "Fulfillment": ("read_orders", "read_marketplace_orders", "read_fulfillments"),
    "FulfillmentOrder": (
        "read_merchant_managed_fulfillment_orders",
        "read_third_party_fulfillment_orders",
        "read_assigned_fulfillment_orders",
    ),
    "Return": ("read_returns", "read_marketplace_returns"),
    "Refund": ("read_orders", "read_marketplace_orders"),
    "QueryRoot.productsCount": ("read_products",),
    "QueryRoot.productVariantsCount": ("read_products",),
    "QueryRoot.draftOrdersCount": ("read_draft_orders",),
    "QueryRoot.ordersCount": ("read_orders",),
    "QueryRoot.draftOrderAvailableDeliveryOptions": ("read_draft_orders",),
    "Mutation.draftOrderCreate": ("write_draft_orders", "write_quick_sale"),
    "Mutation.draftOrderUpdate": ("write_draft_orders",),
    "Mutation.draftOrderComplete": ("write_draft_orders",),
    "Mutation.draftOrderDelete": ("write_draft_orders", "write_quick_sale"),
    "Mutation.orderUpdate": ("write_orders", "write_marketplace_orders"),
    "Mutation.orderCancel": ("write_orders", "write_marketplace_orders"),
    "Mutation.tagsAdd": ("write_orders", "write_draft_orders", "write_products"),
    "Mutation.tagsRemove": ("write_orders", "write_draft_orders", "write_products"),
    "Mutation.fulfillmentCreate": (
        "write_merchant_managed_fulfillment_orders",
        "write_third_party_fulfillment_orders",
        "write_assigned_fulfillment_orders",
    ),
    "Mutation.fulfillmentEventCreate": ("write_fulfillments",),
}
NEEDED_BY_TOPIC: dict[str, tuple[str, ...]] = {
    "ORDERS": ("read_orders",),
    "REFUNDS": ("read_orders",),
    "DRAFT": ("read_draft_orders",),
    "FULFILLMENTS": ("read_fulfillments",),
    "FULFILLMENT": ("read_fulfillments",),
    "RETURNS": ("read_returns",),
    "PRODUCTS": ("read_products",),
    "INVENTORY": ("read_inventory",),
}


def allowed(scopes: Iterable[str], any_of: tuple[str, ...]) -> bool:
    """`write_x` implies `read_x`; nothing needed is always allowed."""
    given = set(scopes)
    return not any_of or any(
        scope in given or scope.replace("read_", "write_", 1) in given for scope in any_of
    )


def needed(parent: str, field: str, returned: str) -> tuple[str, ...]:
    """The scopes for a field: its own rule, else that of the type it returns."""
    own = NEEDED.get(f"{parent}.{field}")
    if own is not None:
        return own
    return NEEDED.get(returned.removesuffix("Connection"), ())


def guard(scopes: list[str]) -> Callable[..., Any]:
    """Middleware that refuses single fields as Shopify does."""

    def check(
        resolve: Callable[..., Any], source: Any, info: GraphQLResolveInfo, **args: Any
    ) -> Any:
        returned = get_named_type(info.return_type).name
        any_of = needed(info.parent_type.name, info.field_name, returned)
        if not allowed(scopes, any_of):
            raise denied(info.field_name, any_of)
        return resolve(source, info, **args)

    return check


def denied(field: str, any_of: tuple[str, ...]) -> GraphQLError:
    """Shopify's ACCESS_DENIED; execution adds path and locations."""
    names = [f"`{scope}` access scope" for scope in any_of]
    required = names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" or {names[-1]}"
    return GraphQLError(
        f"Access denied for {field} field. Required access: {required}.",
        extensions={
            "code": "ACCESS_DENIED",
            "documentation": "https://shopify.dev/api/usage/access-scopes",
            "requiredAccess": f"{required}.",
        },
    )
