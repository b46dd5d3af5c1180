"""A Shopify shop is known by its own domain; anything else might be anybody's server."""

import re

_SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,59}\.myshopify\.com")


class NotAShop(ValueError):
    """The text is no shop's own domain."""


def shop_host(text: str) -> str:
    """`name.myshopify.com` in lower case. Raises NotAShop for everything else."""
    host = text.strip().lower() if text.isascii() else ""
    # fullmatch: `$` would let a trailing newline pass.
    if text != text.strip() or not _SHOP.fullmatch(host):
        raise NotAShop("A Shopify store is named by its own domain, like my-shop.myshopify.com.")
    return host
