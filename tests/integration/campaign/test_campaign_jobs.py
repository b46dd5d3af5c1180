"""Jobs and races on a real MongoDB: leases, resuming, giving up, many writers at once."""

import asyncio
from typing import Any

from campaign.selections.participations import Claim, Participations
from giftstream.identity import item_identity
from giftstream.mongo import Database
from giftstream_platforms.failures import AccessLost, StoreBusy
from support.catalog_jobs import Jobs, Shelf, variant


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
