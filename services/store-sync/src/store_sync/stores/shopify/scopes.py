"""The permissions that gifting needs of a Shopify shop (PLATFORMS 1.1)."""

from collections.abc import Iterable

REQUIRED = (
    "write_draft_orders",
    "write_orders",
    "read_products",
    "read_inventory",
    "read_fulfillments",
    "read_merchant_managed_fulfillment_orders",
    "read_returns",
)


def missing_scopes(granted: Iterable[str]) -> tuple[str, ...]:
    """Each required scope that is not granted; `write_x` implies `read_x`."""
    held = set(granted)
    held |= {"read_" + one.removeprefix("write_") for one in held if one.startswith("write_")}
    return tuple(one for one in REQUIRED if one not in held)
