"""What must have happened before a batch counts as delivered, whatever is away."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from giftstream import mongo
from giftstream.delivery import (
    Change,
    Delivery,
    DeliveryMetrics,
    Facts,
    Parking,
    Poison,
    Record,
    Route,
    Transient,
    Writer,
    insert,
    keep_newest,
    replace,
)
from giftstream.events.event import SaidPlainly
from giftstream.mongo import Database, Document
from giftstream.outbox import Outbox, event_entry
from giftstream.producer import Message
from giftstream.sealing import Sealing
from prometheus_client import CollectorRegistry

TOPIC = "test.moved"


class Moved(SaidPlainly):
    """What a record causes."""

    topic: ClassVar[str] = "test.counted"
    name: str

    def key(self) -> str:
        return self.name


@dataclass
class Kafka:
    """Keeps what is published, or is away from the `fails`-th publish on."""

    away: bool = False
    published: list[Message] = field(default_factory=list)

    async def publish(self, messages: Sequence[Message]) -> None:
        if self.away and messages:
            raise Transient("Kafka is away")
        self.published += messages


class Count:
    """Counts records of a key; `meanwhile` runs between its look and its write, once."""

    def __init__(self, database: Database) -> None:
        self._counts = database["counts"]
        self.meanwhile: Any = None

    async def facts(self, items: Sequence[Record]) -> Facts:
        facts = Facts()
        await facts.read("counts", self._counts.find())
        if self.meanwhile is not None:
            change, self.meanwhile = self.meanwhile, None
            await change(self._counts)
        return facts

    def plan(self, item: Record, facts: Facts) -> Change:
        if item.value == b"poison":
            raise Poison("unlucky")
        name = (item.key or b"").decode()
        told = [event_entry(Moved(name=name), source="test")]
        before = facts.get("counts", name)
        if before is None:
            return Change.of(insert("counts", {"_id": name, "total": 1}, told))
        return Change.of(replace("counts", before, {**before, "total": before["total"] + 1}, told))


class KeepRevision:
    """A read model of a state topic: the value is the revision."""

    async def facts(self, items: Sequence[Record]) -> Facts:
        return Facts()

    def plan(self, item: Record, facts: Facts) -> Change:
        document: Document = {"_id": "one", "revision": int(item.value or b"0")}
        return Change.of(keep_newest("copies", document))


@dataclass
class World:
    """One delivery over a real MongoDB and this Kafka."""

    database: Database
    kafka: Kafka
    count: Count
    delivery: Delivery

    async def total(self, name: str) -> int:
        found = await self.database["counts"].find_one({"_id": name})
        return found["total"] if found else 0

    async def waiting(self) -> int:
        return await self.database["counts"].count_documents({"outbox.0": {"$exists": True}})


def record(key: bytes, value: bytes = b"1", topic: str = TOPIC, offset: int = 0) -> Record:
    return Record(topic, 0, offset, key, value)


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    kafka, count = Kafka(), Count(database)
    routes = {
        TOPIC: Route(TOPIC, count, lambda one: one),
        "test.state": Route("test.state", KeepRevision(), lambda one: one),
    }
    outbox = Outbox("test", database, kafka, Sealing({"test": b"k" * 32}))  # type: ignore[arg-type]  # a small Kafka
    parking = Parking("test", kafka)  # type: ignore[arg-type]  # the same
    metrics = DeliveryMetrics(CollectorRegistry())
    yield World(
        database, kafka, count, Delivery("test", routes, Writer(database), outbox, parking, metrics)
    )
    await outbox.drain()


async def test_what_is_not_published_is_not_delivered_and_stays_in_its_document(
    world: World,
) -> None:
    world.kafka.away = True
    with pytest.raises(Transient):
        await world.delivery.deliver([record(b"a")])
    assert (await world.total("a"), await world.waiting()) == (1, 1)


async def test_what_is_not_parked_is_not_delivered(world: World) -> None:
    world.kafka.away = True
    with pytest.raises(Transient):
        await world.delivery.deliver([record(b"a", b"poison")])
    world.kafka.away = False
    await world.delivery.deliver([record(b"a", b"poison")])
    assert [(one.topic, one.value) for one in world.kafka.published] == [
        ("test.moved.dlq", b"poison")
    ]


async def test_a_document_that_somebody_changed_meanwhile_is_planned_again(world: World) -> None:
    await world.delivery.deliver([record(b"a")])

    async def somebody(counts: mongo.Collection) -> None:
        await counts.update_one({"_id": "a"}, {"$inc": {"total": 10, "version": 1}})

    world.count.meanwhile = somebody
    await world.delivery.deliver([record(b"a", offset=1)])
    assert await world.total("a") == 12


async def test_a_document_that_somebody_inserted_meanwhile_is_planned_again(world: World) -> None:
    async def somebody(counts: mongo.Collection) -> None:
        await counts.insert_one({"_id": "a", "total": 10, "version": 1, "outbox": []})

    world.count.meanwhile = somebody
    await world.delivery.deliver([record(b"a")])
    assert await world.total("a") == 11


async def test_an_older_revision_never_replaces_a_newer_one(world: World) -> None:
    for revision in (b"2", b"1", b"3", b"2"):
        await world.delivery.deliver([record(b"one", revision, "test.state")])
    assert await world.database["copies"].find_one({"_id": "one"}) == {"_id": "one", "revision": 3}


async def test_every_write_is_confirmed_by_the_majority_with_its_journal(world: World) -> None:
    assert world.database.write_concern.document == {"w": "majority", "j": True}
    assert world.database["counts"].write_concern.document == {"w": "majority", "j": True}
