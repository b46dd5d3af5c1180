"""Products that moved are read again, store by store, on a real MongoDB."""

import asyncio

from campaign.campaigns.known_stores import KnownStores
from campaign.catalog.rereads import Rereads
from giftstream.clock import now
from giftstream.identity import item_identity
from giftstream.mongo import Database
from giftstream_platforms.failures import StoreBusy
from support.catalog_jobs import STORE, Jobs, Shelf, moved, variant
from support.waiting import until


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
    await database["rereads"].insert_one(moved("r", "s"))
    await jobs.reread()()

    async def read() -> bool:
        return await database["rereads"].count_documents({}) == 0

    await until(read, within_s=10, what="the product read again", every_s=0.01)
    stored = {one["variant_ref"]: one async for one in items.find()}
    assert {ref: one["campaigns"] for ref, one in stored.items()} == {
        "1": ["spring"],
        "2": [],
        "3": ["spring"],
    }
    assert stored["1"]["retail_price"]["amount"] == 1200


async def test_a_store_that_does_not_answer_is_asked_about_one_product_alone(
    database: Database,
) -> None:
    jobs = Jobs(database, Shelf([variant(1)], troubles=[StoreBusy("away") for _ in range(9)]))
    await KnownStores(database).ensure_indexes()
    await database["stores"].insert_many([STORE, {**STORE, "_id": "well"}])
    await database["rereads"].insert_many(
        [moved(str(number), "s" if number < 9 else "well") for number in range(10)]
    )
    await jobs.reread()()

    async def all_wait() -> bool:
        # Twice moved on for the one that was asked: by its lease, and by the store's silence.
        asked = {"version": 3, "due_at": {"$gt": now()}}
        rereads = database["rereads"]
        waiting = await rereads.count_documents({"due_at": {"$gt": now()}})
        return waiting == 10 and await rereads.count_documents(asked) == 2

    await until(all_wait, within_s=10, what="every product waits", every_s=0.01)
    # Two troubles are gone: one for each store, whose other products wait with the first.
    assert len(jobs.shelf.troubles) == 7
    last = await database["rereads"].find({"store_id": "s"}).sort("due_at", -1).to_list(1)
    assert last[0]["attempts"] == 1, "who was asked in vain comes last"


async def test_a_store_with_many_products_delays_no_other_and_no_end_of_the_service(
    database: Database,
) -> None:
    jobs = Jobs(database, Shelf([variant(1)], hold=asyncio.Event()))
    await database["stores"].insert_many([STORE, {**STORE, "_id": "well"}])
    await database["rereads"].insert_many([moved(str(number), "s") for number in range(9)])
    slow = jobs.reread()
    async with asyncio.timeout(5):
        await slow()
    while not jobs.shelf.read:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    # From now on the store answers, but for the call that hangs.
    jobs.shelf.hold = None
    await database["rereads"].insert_one(moved("other", "well"))

    async def other_read() -> bool:
        await slow()
        return await database["rereads"].count_documents({"store_id": "well"}) == 0

    await until(other_read, within_s=10, what="the other store's product read", every_s=0.01)
    async with asyncio.timeout(5):
        await slow.stop()
    left = await database["rereads"].find({"store_id": "s"}).sort("due_at", -1).to_list(None)
    assert len(left) == 9
    assert left[0]["due_at"] > now(), "the one that was being read comes due with its lease's end"
    assert left[1]["due_at"] <= now()


async def test_a_hint_during_a_reading_is_not_lost(database: Database) -> None:
    rereads = Rereads(database)
    await database["rereads"].insert_one(moved("r", "s"))
    claimed = await rereads.claim("s", 30.0)
    assert claimed is not None
    assert await rereads.claim("s", 30.0) is None
    await database["rereads"].update_one({"_id": "r"}, {"$inc": {"version": 1, "hints": 1}})
    await rereads.done(claimed)
    again = await rereads.claim("s", 30.0)
    assert again is not None, "it is due at once, and not with the lease's end"
    await rereads.done(again)
    assert await database["rereads"].count_documents({}) == 0
