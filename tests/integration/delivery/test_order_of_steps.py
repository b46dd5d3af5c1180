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
from giftstream.delivery.folding import fold
from giftstream.delivery.parking import DLQ_HEADERS
from giftstream.events.event import SaidPlainly
from giftstream.mongo import Database, Document
from giftstream.outbox import MAX_ENTRIES, Outbox, event_entry
from giftstream.producer import Message
from giftstream.sealing import Sealing
from prometheus_client import CollectorRegistry
from pymongo import ReadPreference

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


async def test_what_is_away_makes_no_dead_letter(world: World) -> None:
    async def away(_: mongo.Collection) -> None:
        raise Transient("campaign is away")

    world.count.meanwhile = away
    with pytest.raises(Transient):
        await world.delivery.deliver([record(b"a")])
    assert world.kafka.published == []


async def test_a_dead_letter_replayed_for_another_service_is_left_to_that_one(
    world: World,
) -> None:
    for_all = record(b"a")
    replayed = [
        for_all._replace(headers=(("dlq-replay-for", name),)) for name in (b"another", b"test")
    ]
    await world.delivery.deliver([for_all, *replayed])
    assert await world.total("a") == 2


async def test_a_dead_letter_that_comes_back_says_its_newest_reason_once(world: World) -> None:
    own = (("x", b"\xff"), ("giftstream-signature", b"v1,k,00"))
    before = tuple((name, b"of before") for name in DLQ_HEADERS)
    await world.delivery.deliver(
        [record(b"\xff", b"poison", offset=7)._replace(headers=own + before)]
    )
    (letter,) = world.kafka.published
    assert (letter.topic, letter.key, letter.value) == (f"{TOPIC}.dlq", b"\xff", b"poison")
    said = (b"unlucky", f"{TOPIC}/0/7".encode(), b"test", b"1")
    assert letter.headers == (*own, *zip(DLQ_HEADERS, said, strict=True))


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


async def test_more_events_of_one_document_than_it_holds_leave_in_turn(world: World) -> None:
    many = 2 * MAX_ENTRIES + 3
    await world.delivery.deliver([record(b"a", offset=number) for number in range(many)])
    assert await world.total("a") == many
    assert [message.topic for message in world.kafka.published] == [Moved.topic] * many


async def test_an_older_revision_never_replaces_a_newer_one(world: World) -> None:
    for revision in (b"2", b"1", b"3", b"2"):
        await world.delivery.deliver([record(b"one", revision, "test.state")])
    assert await world.database["copies"].find_one({"_id": "one"}) == {"_id": "one", "revision": 3}


async def test_every_write_is_confirmed_by_the_majority_with_its_journal(world: World) -> None:
    assert world.database.write_concern.document == {"w": "majority", "j": True}
    assert world.database["counts"].write_concern.document == {"w": "majority", "j": True}
    async with mongo.transaction(world.database) as session:
        options = session.delegate._transaction.opts
        assert options.write_concern.document == {"w": "majority", "j": True}
        assert options.read_concern.document == {"level": "snapshot"}


async def test_what_decides_is_read_from_the_primary(world: World) -> None:
    assert world.database["counts"].read_preference == ReadPreference.PRIMARY


class Unconfirmed:
    """Collections that take a bulk, of which no majority says that it has it."""

    def __getitem__(self, _: str) -> "Unconfirmed":
        return self

    async def insert_many(self, *_: Any, **__: Any) -> None:
        unconfirmed = {"code": 64, "errmsg": "waiting for replication timed out"}
        raise mongo.BulkWriteError({"writeErrors": [], "writeConcernErrors": [unconfirmed]})

    bulk_write = insert_many


async def test_what_no_majority_confirms_does_not_stand() -> None:
    database: Any = Unconfirmed()
    before = {"_id": "a", "version": 1, "outbox": []}
    for put in (insert("counts", {"_id": "a"}), replace("counts", before, {**before, "total": 1})):
        with pytest.raises(Transient):
            await Writer(database).write(fold([put]))
