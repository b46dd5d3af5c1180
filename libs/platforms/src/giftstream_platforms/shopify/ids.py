"""Shopify's ids: `gid://shopify/Order/1` on the wire, plain digits with us."""


def gid(kind: str, ref: str) -> str:
    """The global id of a plain one."""
    return f"gid://shopify/{kind}/{ref}"


def plain(global_id: str) -> str:
    """The digits of a global id; some carry a query that is not part of it."""
    return global_id.rsplit("/", 1)[-1].split("?", 1)[0]


def admin_url(shop: str, order_ref: str) -> str:
    """Where the shop's people see an order. `statusPageUrl` has a token and is not for storage."""
    handle = shop.removesuffix(".myshopify.com")
    return f"https://admin.shopify.com/store/{handle}/orders/{order_ref}"
