"""Shopify's Admin GraphQL API: what every connector to it shares."""

from giftstream_platforms.shopify.client import ShopifyClient
from giftstream_platforms.shopify.ids import admin_url, gid, plain
from giftstream_platforms.shopify.operations import API_VERSION, Operation
from giftstream_platforms.shopify.refusals import raise_user_errors
from giftstream_platforms.shopify.shops import NotAShop, shop_host
from giftstream_platforms.shopify.signatures import webhook_signature_holds

__all__ = [
    "API_VERSION",
    "NotAShop",
    "Operation",
    "ShopifyClient",
    "admin_url",
    "gid",
    "plain",
    "raise_user_errors",
    "shop_host",
    "webhook_signature_holds",
]
