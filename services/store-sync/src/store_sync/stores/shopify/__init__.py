"""Shopify: connection, webhooks, reading orders."""

from store_sync.stores.shopify.store import ShopifyStore

__all__ = ["ShopifyStore"]
