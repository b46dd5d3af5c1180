"""What order-placement needs of a store, whatever its platform. Adapters are in `stores`.

Every call may raise what `giftstream_platforms.failures` names: StoreBusy, StoreUnreachable (both
Transient), OutcomeUnknown (calls that change something), StoreRefused, AccessLost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from giftstream.events import Recipient, StoreOrder

DEFAULT_LABEL = "creator_compensation"
MARK_HEAD = "gift-"


def mark_of(order_id: str) -> str:
    """The mark of a gift order in its store: short enough for a Shopify tag (40 characters)."""
    return MARK_HEAD + UUID(order_id).hex


def order_of(mark: str) -> str | None:
    """The gift order that a mark names, None when it is no mark of ours."""
    try:
        return str(UUID(hex=mark[len(MARK_HEAD) :])) if mark.startswith(MARK_HEAD) else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class WantedLine:
    """So many of one variant, by the platform's plain id."""

    variant_ref: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that a store order needs. `shipping_method` is None only where nothing is shipped."""

    order_id: str
    lines: tuple[WantedLine, ...]
    recipient: Recipient
    shipping_method: str | None
    currency: str
    label: str = DEFAULT_LABEL
    note: str = ""
    content: int = 0
    """Which revision of the order's content this is; kept in the store with the handle."""

    @property
    def mark(self) -> str:
        """What the store order is found by."""
        return mark_of(self.order_id)


@dataclass(frozen=True, slots=True)
class Stock:
    """One variant in the store, now. `available` None: never runs out, or may be oversold."""

    available: int | None
    deleted: bool = False
    available_for_sale: bool = True


@dataclass(frozen=True, slots=True)
class HandleState:
    """What a handle is in the store, as just read.

    `open`: ships nothing, can be committed once `ready`. `committed`: the order counts.
    `gone`: it can never be committed. `total` in minor units, None while it is being calculated.
    """

    handle: str
    status: Literal["open", "committed", "gone"]
    ready: bool = False
    total: int | None = None
    lines: tuple[WantedLine, ...] = ()
    shipping_method: str | None = None
    mark: str | None = None
    content: int | None = 0
    """The revision that was asked for; 0 where none is written, None where it cannot be read."""
    warnings: tuple[str, ...] = ()
    store_order: StoreOrder | None = None


@dataclass(frozen=True, slots=True)
class MarkedHandle:
    """An open handle that carries one of our marks."""

    handle: str
    order_id: str


@dataclass(frozen=True, slots=True)
class StoreProfile:
    """The brand's own settings for a store, from `store.changed`."""

    store_id: str
    platform: str
    status: str
    revision: int
    currency: str | None
    label: str
    requires_phone: bool
    default_method: str | None
    methods_by_country: Mapping[str, str]
    blocked_by: tuple[tuple[str, str], ...] = ()
    """(code, detail) of what keeps the store from being used."""


class Store(Protocol):
    """One connected store, for placing gift orders."""

    @property
    def answered_at(self) -> float:
        """When it last did as it was asked, or said no to it; of time.monotonic()."""

    async def stock(self, variant_refs: Sequence[str]) -> Mapping[str, Stock]:
        """The stock of each variant now; one that is unknown in the store is `deleted`."""

    async def shipping_options(self, wanted: Wanted) -> list[str]:
        """Titles of the methods that the store itself offers for this order, cheapest first."""

    async def prepare(self, wanted: Wanted) -> HandleState:
        """Create what ships nothing yet; doing it twice harms nobody."""

    async def read(self, handle: str) -> HandleState:
        """The handle by its id, never by a search."""

    async def commit(self, handle: str) -> HandleState:
        """Make the order count. The same handle never gives two orders."""

    async def discard(self, handle: str) -> None:
        """Remove an open handle; one that is gone already is no error."""

    async def open_handles(self, mark: str) -> list[str]:
        """Open handles with this mark. A search: what it does not find may exist all the same."""

    async def open_marked(self, created_before: datetime) -> list[MarkedHandle]:
        """Open handles with any mark of ours, oldest first; a bounded number of them."""

    async def cancel(self, store_order: StoreOrder) -> None:
        """Cancel a committed order; one that is cancelled already is no error."""


class Stores(Protocol):
    """The stores that are connected."""

    async def of(self, store_id: str) -> Store:
        """Raises AccessLost when it cannot be used, Transient when nobody can tell now."""

    async def profile(self, store_id: str) -> StoreProfile | None:
        """The brand's settings for the store, None when it was never connected."""
