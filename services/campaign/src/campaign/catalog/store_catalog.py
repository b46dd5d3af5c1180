"""What a store sells, as far as the catalog needs it; each connector gives this shape."""

from dataclasses import dataclass
from typing import Protocol

from giftstream.events import Money, Reason


@dataclass(frozen=True)
class Variant:
    """One thing that can be ordered. `obstacle` says why it cannot be a gift, None if it can."""

    product_ref: str
    variant_ref: str
    sku: str | None
    title: str
    variant_title: str | None
    image_url: str | None
    retail_price: Money
    unit_cost: Money | None
    requires_shipping: bool
    obstacle: Reason | None = None


@dataclass(frozen=True)
class Page:
    """Some variants, and where to go on; `next` is None on the last page."""

    variants: tuple[Variant, ...]
    next: str | None


class StoreCatalog(Protocol):
    """A store to read from. Every call may raise Transient, AccessLost or StoreRefused."""

    async def variants(self, after: str | None, /) -> Page:
        """All that the store sells, page by page."""

    async def variants_of(self, product_ref: str, after: str | None, /) -> Page | None:
        """One product's variants; None when the store has no such product."""

    async def count(self) -> int | None:
        """How many variants there are; None when the store does not say."""


class StoreCatalogs(Protocol):
    """The way to each store."""

    async def of(self, store_id: str, platform: str, /) -> StoreCatalog:
        """A connected store's catalog. Raises AccessLost, or Transient when nobody answers."""
