"""Placing on Shopify: through draft orders alone (PLATFORMS 1.4)."""

from order_placement.stores.shopify.calls import ShopifyCalls
from order_placement.stores.shopify.store import ShopifyStore

__all__ = ["ShopifyCalls", "ShopifyStore"]
