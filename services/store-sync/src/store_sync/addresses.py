"""Which addresses a store may have: a shop's own domain, or the local simulator's."""

from urllib.parse import SplitResult, urlsplit

from giftstream_platforms.shopify import NotAShop, shop_host

DEFAULT_PORTS = {"http": 80, "https": 443}


class HostNotAllowed(ValueError):
    """The address is neither a shop's own domain nor below the simulator's."""


def shopify_address(shop: str | None, base_url: str | None, simulator: str | None) -> str:
    """The base URL of a Shopify store. Raises HostNotAllowed with what would be allowed."""
    if base_url is not None:
        if simulator is None or not lies_below(base_url, simulator):
            raise HostNotAllowed("Name a Shopify store by `shop`, like my-shop.myshopify.com.")
        return base_url.rstrip("/")
    try:
        return f"https://{shop_host(shop or '')}"
    except NotAShop as error:
        raise HostNotAllowed(str(error)) from error


def lies_below(address: str, root: str) -> bool:
    """Scheme, host and port equal, no user, and the path below the root's, segment by segment."""
    if not address.isascii() or any(ord(c) <= 32 or c in '\\"<>^`{|}' for c in address):
        return False
    try:
        inner, outer = urlsplit(address), urlsplit(root)
        same = _place(inner) == _place(outer)
    except ValueError:
        return False
    if not same or inner.query or inner.fragment or "%" in inner.path:
        return False
    segments = [part for part in inner.path.split("/") if part]
    prefix = [part for part in outer.path.split("/") if part]
    if any(part in (".", "..") for part in segments):
        return False
    return segments[: len(prefix)] == prefix


def _place(parts: SplitResult) -> tuple[str, str, int | None]:
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address names no user")
    host = parts.hostname or ""
    return parts.scheme, host, parts.port or DEFAULT_PORTS.get(parts.scheme)
