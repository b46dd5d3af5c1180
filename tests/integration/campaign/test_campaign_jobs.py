"""Jobs and races on a real MongoDB: leases, resuming, giving up, many writers at once."""

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
from campaign.selections.participations import Claim, Participations
from giftstream.clock import now
from giftstream.events import Money
from giftstream.identity import item_identity
from giftstream.mongo import Database
from giftstream_platforms.failures import AccessLost, StoreBusy

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

    async def job(self) -> dict[str, Any]:
        found = await self.imports.find("acme", "i")
        assert found is not None
        return found


async def test_only_one_replica_has_a_job(database: Database) -> None:
    jobs = Jobs(database, Shelf([variant(n) for n in range(10)]))
    await jobs.started()
    await asyncio.gather(*(jobs.drive()() for _ in range(5)))
    assert jobs.shelf.read == [None, "3", "6", "9"], "each page was read once"
    job = await jobs.job()
    assert (job["status"], job["imported"], job["total"]) == ("done", 10, 10)
    assert sorted(jobs.told.ids) == sorted(item_identity("s", str(n)) for n in range(10))


async def test_a_job_whose_replica_hangs_goes_on_elsewhere_and_its_late_word_is_dropped(
    database: Database,
) -> None:
    jobs = Jobs(database, Shelf([variant(n) for n in range(7)]))
    await jobs.started()
    jobs.shelf.hold = asyncio.Event()
    late = asyncio.create_task(jobs.drive(lease_s=0.2)())
    while not jobs.shelf.read:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    hold, jobs.shelf.hold = jobs.shelf.hold, None
    other = jobs.drive()
    while (await jobs.job())["status"] != "done":
        await other()
        await asyncio.sleep(0.02)
    hold.set()
    await late
    assert jobs.shelf.read == [None, None, "3", "6"], "who comes late reads no further"
    job = await jobs.job()
    assert (job["status"], job["done"], job["imported"]) == ("done", 7, 7)


async def test_a_busy_store_is_asked_again_and_a_dead_one_given_up(database: Database) -> None:
    busy = StoreBusy("throttled", retry_after_s=0.01)
    jobs = Jobs(database, Shelf([variant(1)], troubles=[busy, busy]))
    await jobs.started()
    while (await jobs.job())["status"] not in ("done", "failed"):
        await jobs.drive()()
        await asyncio.sleep(0.01)
    job = await jobs.job()
    assert (job["status"], job["imported"], job["failing_since"]) == ("done", 1, None)

    await database.drop_collection("imports")
    jobs.shelf.troubles = [busy] * 1000
    await jobs.started()
    while (await jobs.job())["status"] not in ("done", "failed"):
        await jobs.drive(gives_up_after_s=0.1)()
        await asyncio.sleep(0.01)
    job = await jobs.job()
    assert (job["status"], job["error"]["code"]) == ("failed", "store_unreachable")


async def test_a_missing_permission_is_named(database: Database) -> None:
    lost = AccessLost("permission_denied", "denied", ["read_products"])
    jobs = Jobs(database, Shelf([variant(1)], troubles=[lost]))
    await jobs.started()
    await jobs.drive()()
    job = await jobs.job()
    assert (job["status"], job["error"]["code"]) == ("failed", "permission_denied")
    assert "read_products" in job["error"]["detail"]


async def test_a_new_variant_is_offered_where_its_siblings_are_and_a_withdrawn_one_is_not(
    database: Database,
) -> None:
    jobs = Jobs(database, Shelf([variant(1), variant(2)]))
    await jobs.started()
    await jobs.drive()()
    await database["stores"].insert_one({**STORE})
    items = database["items"]
    await items.update_one({"_id": item_identity("s", "2")}, {"$set": {"campaigns": []}})
    jobs.shelf.sold = [variant(1, price=1200), variant(2), variant(3)]
    product = {
        "_id": "r",
        "version": 1,
        "brand_id": "acme",
        "store_id": "s",
        "product_ref": "p",
        "hints": 1,
        "attempts": 0,
        "due_at": now(),
    }
    await database["rereads"].insert_one(product)
    known = KnownStores(database)
    reread = RereadProducts(
        jobs.rereads, jobs.items, known, jobs.shelf, jobs.keep_items, lease_s=30.0
    )
    await reread()
    stored = {one["variant_ref"]: one async for one in items.find()}
    assert {ref: one["campaigns"] for ref, one in stored.items()} == {
        "1": ["spring"],
        "2": [],
        "3": ["spring"],
    }
    assert stored["1"]["retail_price"]["amount"] == 1200
    assert await database["rereads"].count_documents({}) == 0


async def test_a_store_that_does_not_answer_is_asked_about_one_product_alone(
    database: Database,
) -> None:
    jobs = Jobs(database, Shelf([variant(1)], troubles=[StoreBusy("away") for _ in range(9)]))
    await KnownStores(database).ensure_indexes()
    await database["stores"].insert_many([STORE, {**STORE, "_id": "well"}])
    products = [
        {"_id": str(number), "store_id": "s" if number < 9 else "well", "product_ref": "p"}
        | {"version": 1, "brand_id": "acme", "hints": 1, "attempts": 0, "due_at": now()}
        for number in range(10)
    ]
    await database["rereads"].insert_many(products)
    reread = RereadProducts(
        jobs.rereads, jobs.items, KnownStores(database), jobs.shelf, jobs.keep_items, lease_s=30.0
    )
    await reread()
    # Two troubles are gone: one for each store, whose other products wait with the first.
    assert len(jobs.shelf.troubles) == 7
    assert await database["rereads"].count_documents({"due_at": {"$gt": now()}}) == 10


async def test_a_hint_during_a_reading_is_not_lost(database: Database) -> None:
    rereads = Rereads(database)
    await database["rereads"].insert_one({"_id": "r", "version": 1, "due_at": now(), "hints": 1})
    claimed = await rereads.claim(0.0)
    assert claimed is not None
    await database["rereads"].update_one({"_id": "r"}, {"$inc": {"version": 1, "hints": 1}})
    await rereads.done(claimed)
    again = await rereads.claim(30.0)
    assert again is not None
    await rereads.done(again)
    assert await rereads.claim(0.0) is None


async def test_items_that_many_write_at_once_end_as_the_store_says(database: Database) -> None:
    jobs = Jobs(database, Shelf([variant(n) for n in range(3)]))
    ids = [item_identity("s", str(n)) for n in range(3)]

    def offering(name: str) -> Any:
        def want(stored: Any) -> Any:
            return {
                one: {"campaigns": sorted({*stored.get(one, {}).get("campaigns", []), name})}
                for one in ids
            }

        return want

    await asyncio.gather(*(jobs.keep_items(ids, offering(f"c{n}")) for n in range(6)))
    stored = [one async for one in database["items"].find()]
    assert len(stored) == 3
    assert all(one["campaigns"] == [f"c{n}" for n in range(6)] for one in stored)
    assert all(one["version"] == 6 for one in stored), "each of six changed it once"


async def test_a_claim_counts_once_and_is_given_back_once(database: Database) -> None:
    participations = Participations(database)
    used = {"items": 0, "value": 0, "orders_per_creator": 0}
    participation = {"_id": "p", "version": 1, "brand_id": "acme", "used": used, "claims": []}
    await participations.insert(participation)
    limits: dict[str, int | str | None] = {
        "items": 5,
        "value": "unlimited",
        "orders_per_creator": "unlimited",
    }
    claims = [Claim(f"sel-{n}", items=2, value=100) for n in range(10)]
    taken = await asyncio.gather(*(participations.claim("p", one, limits) for one in claims * 3))
    assert sum(taken) == 2, "two of two items fit into five"
    first = claims[taken.index(True) % 10]
    assert await participations.has_claim("p", first.selection)
    assert not await participations.claim("p", first, limits)
    for _ in range(2):
        await participations.release("p", first)
    stored = await participations.find("acme", "p")
    assert stored is not None
    assert stored["used"] == {"items": 2, "value": 100, "orders_per_creator": 1}
    assert not await participations.claim("p", Claim("big", items=4, value=1), limits)
    assert await participations.claim("p", first, limits)
