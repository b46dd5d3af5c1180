"""What store-sync needs of a store, whichever vendor's it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from giftstream.mongo import Document
from pydantic import SecretStr

from store_sync.seen import Changes, SeenOrder


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a look at the store itself shows; `missing` names each permission not granted."""

    name: str
    shop: str
    currency: str
    granted: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repaired:
    """What it took to have every webhook registered with our address."""

    kept: int = 0
    created: int = 0
    corrected: int = 0

    @property
    def changed(self) -> bool:
        """Whether something was wrong."""
        return bool(self.created or self.corrected)


class Store(Protocol):
    """A store as following sees it. Every call raises as `giftstream_platforms.failures` says."""

    async def inspect(self) -> Inspection:
        """Reachable, token valid, which permissions; changes nothing."""

    async def subscribe(self, address: str, others: Collection[str] = ()) -> Repaired:
        """Every wanted webhook comes to this address, once; safe to repeat. `others`: hashes of
        the path tokens of other connections of the same store, whose webhooks stay theirs."""

    async def unsubscribe(self, address: str) -> None:
        """No webhook comes to this address any more."""

    async def read_order(self, order_ref: str) -> SeenOrder | None:
        """The order by id, never by search; None when the store has no such order to show."""

    async def changed_orders(self, since: datetime, after: str | None) -> Changes:
        """Orders changed since the store's time `since`, oldest first, a page at a time."""

    async def product_of_stock(self, item_ref: str) -> str | None:
        """The product that a stock item belongs to; None when the store knows of no such item."""


class Stores(Protocol):
    """Opens stores from their connection documents."""

    def of(self, connection: Document) -> Store:
        """The store behind a connection. Raises AccessLost when its secrets are gone."""

    def under(self, connection: Document, access_token: SecretStr) -> Store:
        """The same with a token that is not stored yet."""
