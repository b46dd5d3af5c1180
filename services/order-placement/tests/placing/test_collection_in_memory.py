"""The collection in memory answers and writes as a real MongoDB does, for all that placing asks."""

import inspect
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from by_hand import finish
from collection_in_memory import CollectionInMemory, Document
from exploring.explore import Explorer
from exploring.moves import Bounds
from exploring.outside import frozen, long_ago
from giftstream.clock import now
from giftstream.mongo import Database, ReturnDocument
from giftstream.outbox import outbox_room
from order_placement.placing.changes import long_since_permission
from order_placement.placing.placements import Placements

HOUR = timedelta(hours=1)
OF_EACH = 12
READING = {
    "due", "ensure_indexes", "find", "stores_with_due", "unknown_for", "unknown_lately",
}  # fmt: skip
AN_HOUR_AGO, IN_AN_HOUR = now() - HOUR, now() + HOUR
BARE: list[Document] = [
    {"_id": "none", "at": None, "phase": None, "set": [], "outbox": [], "n": 1},
    {"_id": "missing", "outbox": [{"event_id": str(number)} for number in range(31)]},
    {"_id": "past", "at": AN_HOUR_AGO, "phase": "held", "set": ["7"], "n": 2,
     "placing": {"permitted_at": AN_HOUR_AGO, "epoch": 3},
     "outbox": [{"event_id": str(number)} for number in range(32)]},
    {"_id": "future", "at": IN_AN_HOUR, "phase": "placed", "set": ["7", "8"], "n": 3,
     "placing": {"permitted_at": IN_AN_HOUR, "epoch": 0}},
]  # fmt: skip
QUESTIONS: list[tuple[Document, set[str]]] = [
    ({"_id": "past"}, {"past"}),
    ({"_id": {"$nin": ["past", "none"]}}, {"missing", "future"}),
    ({"phase": None}, {"none", "missing"}),
    ({"phase": {"$in": [None, "held"]}}, {"none", "missing", "past"}),
    ({"phase": {"$in": ["held", "placed"]}}, {"past", "future"}),
    ({"set": {"$ne": "7"}}, {"none", "missing"}),
    ({"phase": {"$ne": None}}, {"past", "future"}),
    ({"at": {"$type": "date"}}, {"past", "future"}),
    ({"at": {"$type": "date", "$lte": now()}}, {"past"}),
    ({"n": {"$lte": 2}}, {"none", "past"}),
    ({"placing.epoch": {"$lte": 1}}, {"future"}),
    ({"placing.epoch": 3, "phase": "held"}, {"past"}),
    ({"$or": [{"set": {"$ne": "7"}}, {"n": 3}]}, {"none", "missing", "future"}),
    (outbox_room(1), {"none", "missing", "future"}),
    (outbox_room(2), {"none", "future"}),
    (long_since_permission(0.0), {"past"}),
    (long_since_permission(3590.0), {"past"}),
    (long_since_permission(9000.0), set()),
    ({"$or": [{"n": 1}, {"phase": "held", **long_since_permission(0.0)}]}, {"none", "past"}),
]
UPDATES: list[Document] = [
    {"$set": {"phase": "held", "placing.handle": "7"}, "$inc": {"n": 1, "placing.attempts": 1}},
    {"$unset": {"placing.failures": "", "n": ""}},
    {"$addToSet": {"set": "7"}},
    {"$addToSet": {"set": "9"}, "$inc": {"version": 1}},
    {"$push": {"outbox": {"$each": [{"event_id": "a"}, {"event_id": "b"}]}}},
    {"$currentDate": {"placing.permitted_at": True}},
]


@pytest.fixture(params=["memory", "mongodb"])
def collection(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        return CollectionInMemory()
    return request.getfixturevalue("database")["orders"]


async def test_it_finds_what_mongodb_finds(collection: Any) -> None:
    for one in BARE:
        await collection.insert_one(one)
    for query, expected in QUESTIONS:
        assert {one["_id"] async for one in collection.find(query)} == expected, query
        assert await collection.count_documents(query) == len(expected), query
        first = await collection.find_one(query)
        assert (first["_id"] if first else None) in (expected or {None}), query


@pytest.mark.parametrize("update", UPDATES, ids=lambda update: "-".join(update))
async def test_it_writes_what_mongodb_writes(database: Database, update: Document) -> None:
    memory, real = CollectionInMemory(), database["orders"]
    for one in BARE:
        if "placing" not in one:
            continue
        mine, nobodys = {"_id": one["_id"]}, {"_id": one["_id"], "n": 99}
        for collection in (memory, real):
            await collection.insert_one(one)
            assert (await collection.update_one(nobodys, update)).matched_count == 0
        assert await after(real, mine, update) == await after(memory, mine, update)


async def test_every_update_that_is_explored_does_the_same_on_mongodb(database: Database) -> None:
    explorer = Explorer(Bounds(2, 1, 0, 1, 0), most=6_000)
    explorer()
    real, tried = database["orders"], Counter[tuple[str, bool]]()
    for doing, document, query, update in explorer.answers.updates():
        memory = CollectionInMemory()
        finish(memory.insert_one(document))
        in_memory = await after(memory, query, update)
        kind = (doing, in_memory is not None)
        if tried[kind] < OF_EACH:
            tried[kind] += 1
            await real.replace_one({"_id": document["_id"]}, document, upsert=True)
            assert await after(real, query, update) == in_memory, (doing, document, query)
    public = {name for name, _ in inspect.getmembers(Placements, inspect.iscoroutinefunction)}
    steps = {name for name in public if not name.startswith("_")} - READING
    assert {doing for doing, held in tried if held} == steps


async def after(collection: Any, query: Document, update: Document) -> Any:
    """What it comes to, whenever it is."""
    found = await collection.find_one_and_update(
        query, update, return_document=ReturnDocument.AFTER
    )
    return frozen(long_ago(found))
