"""The jobs that keep a catalog, on a real database, beside a store of one product."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from campaign.campaigns.known_stores import KnownStores
from campaign.catalog.drive_imports import DriveImports
from campaign.catalog.import_page import ImportPage
from campaign.catalog.imports import Imports, new_job
from campaign.catalog.items import Items
from campaign.catalog.keep_items import KeepItems
from campaign.catalog.reread_products import RereadProducts
from campaign.catalog.rereads import Rereads
from campaign.catalog.store_catalog import Page, StoreCatalog, Variant
from giftstream.clock import now
from giftstream.events import Money
from giftstream.mongo import Database

CAMPAIGN = {"_id": "spring", "brand_id": "acme"}
STORE = {"_id": "s", "brand_id": "acme", "platform": "shopify"}


class Told:
    """An outbox that remembers what it was asked to publish."""

    def __init__(self) -> None:
        self.ids: list[Any] = []

    async def flush_soon(self, collection: str, ids: Sequence[Any]) -> None:
        self.ids += ids


def variant(number: int, price: int = 1000) -> Variant:
    return Variant(
        product_ref="p",
        variant_ref=str(number),
        sku=None,
        title="Tee",
        variant_title=None,
        image_url=None,
        retail_price=Money(amount=price, currency="EUR"),
        unit_cost=None,
        requires_shipping=True,
    )


def moved(reread_id: str, store_id: str) -> dict[str, Any]:
    """A product that is to be read again."""
    said = {"store_id": store_id, "product_ref": "p", "brand_id": "acme"}
    return {"_id": reread_id, "version": 1, **said, "hints": 1, "attempts": 0, "due_at": now()}


@dataclass
class Shelf:
    """A store with one product of some variants in pages of three, and troubles in between."""

    sold: list[Variant]
    troubles: list[Exception] = field(default_factory=list)
    read: list[str | None] = field(default_factory=list)
    hold: asyncio.Event | None = None

    async def of(self, _store_id: str, _platform: str, /) -> StoreCatalog:
        return self

    async def variants(self, after: str | None, /) -> Page:
        if self.troubles:
            raise self.troubles.pop(0)
        self.read.append(after)
        if self.hold is not None:
            await self.hold.wait()
        start = int(after or 0)
        end = start + 3
        return Page(tuple(self.sold[start:end]), str(end) if end < len(self.sold) else None)

    async def variants_of(self, product_ref: str, after: str | None, /) -> Page | None:
        return await self.variants(after) if product_ref == "p" else None

    async def count(self) -> int | None:
        return len(self.sold)


class Jobs:
    """The jobs' own parts, on a real database."""

    def __init__(self, database: Database, shelf: Shelf) -> None:
        self.told = Told()
        self.items = Items(database)
        self.imports = Imports(database)
        self.rereads = Rereads(database)
        self.keep_items = KeepItems(self.items, self.told)
        self.shelf = shelf
        self.database = database

    async def started(self) -> str:
        await self.imports.insert(new_job("i", CAMPAIGN, STORE, None))
        return "i"

    def drive(self, lease_s: float = 30.0, gives_up_after_s: float = 30.0) -> DriveImports:
        page = ImportPage(self.shelf, self.keep_items)
        return DriveImports(self.imports, page, lease_s=lease_s, gives_up_after_s=gives_up_after_s)

    def reread(self) -> RereadProducts:
        known = KnownStores(self.database)
        return RereadProducts(
            self.rereads, self.items, known, self.shelf, self.keep_items, lease_s=30.0
        )

    async def job(self) -> dict[str, Any]:
        found = await self.imports.find("acme", "i")
        assert found is not None
        return found
