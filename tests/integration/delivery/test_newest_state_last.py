"""The last record of a state topic is the newest state, whoever published what meanwhile.

Compaction keeps the last one: an older state that came later would be all that a new reader sees.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from giftstream.clock import now
from giftstream.events.event import SaidPlainly
from giftstream.mongo import Database, Document, PyMongoError
from giftstream.outbox import Held, Outbox, state_entry
from giftstream.producer import Message
from giftstream.sealing import Sealing

TOPIC = "test.changed"
COLLECTION = "things"
FIRST = "accounts"


class Changed(SaidPlainly):
    """The state of a thing."""

    topic: ClassVar[str] = TOPIC
    name: str
    version: int

    def key(self) -> str:
        return self.name


def render(document: Document) -> Changed:
    return Changed(name=document["_id"], version=document["version"])


@dataclass
class Kafka:
    """Keeps what is published; `meanwhile` runs once before the next publish is done."""

    published: list[Message] = field(default_factory=list)
    meanwhile: Any = None

    async def publish(self, messages: Sequence[Message]) -> None:
        if messages and self.meanwhile is not None:
            other, self.meanwhile = self.meanwhile, None
            await other()
        self.published += messages

    @property
    def versions(self) -> list[int]:
        """In the order of the topic."""
        return [
            int(Changed.model_validate_json(one.value or b"").version) for one in self.published
        ]


class World:
    """Several processes with one database and one topic."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.things = database[COLLECTION]
        self.kafka = Kafka()

    def process(self) -> Outbox:
        sealing = Sealing({"test": b"k" * 32})
        made = Outbox("test", self.database, self.kafka, sealing, sweep_after=timedelta(0))  # type: ignore[arg-type]  # a small Kafka
        for collection in (FIRST, COLLECTION):
            made.renders(collection, TOPIC, render)
        return made

    async def write(
        self, *, of_another_process: bool = False, collection: str = COLLECTION
    ) -> Held:
        """Some process changes the thing; what it has to publish."""
        marker = state_entry(TOPIC)
        if of_another_process:
            marker["event_id"] = f"another-{now().timestamp()}"
        things = self.database[collection]
        await things.update_one(
            {"_id": "a"}, {"$inc": {"version": 1}, "$push": {"outbox": marker}}, upsert=True
        )
        found = await things.find_one({"_id": "a"})
        assert found is not None
        return Held.of(collection, found)

    async def pending(self) -> int:
        found = await self.things.find_one({"_id": "a"}) or {}
        return len(found["outbox"])


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


async def at_rest(world: World, *processes: Outbox) -> None:
    """Swept until nothing waits, which must come soon."""
    for _ in range(4):
        for one in processes:
            await one.sweep()
        if not await world.pending():
            return
    raise AssertionError(f"still {await world.pending()} entries, after {world.kafka.versions}")


async def test_what_was_published_by_its_writer_is_published_once(world: World) -> None:
    ours = world.process()
    await ours.publish([await world.write()])
    await ours.publish([await world.write()])
    assert await world.pending() == 0
    assert world.kafka.versions == [1, 2]


async def test_a_late_older_state_is_followed_by_the_newest(world: World) -> None:
    slow, quick = world.process(), world.process()
    old = await world.write()

    async def overtaken() -> None:
        await quick.publish([await world.write()])

    world.kafka.meanwhile = overtaken
    await slow.publish([old])
    await at_rest(world, slow, quick)
    assert world.kafka.versions[:2] == [2, 1]
    assert world.kafka.versions[-1] == 2


async def test_it_follows_although_the_newer_state_is_still_to_be_pulled(world: World) -> None:
    slow, quick = world.process(), world.process()
    old = await world.write()

    async def overtaken() -> None:
        new = await world.write()
        # Sent; its pull comes in a moment.
        await quick._send([new])

    world.kafka.meanwhile = overtaken
    await slow.publish([old])
    assert world.kafka.versions[-1] == 2
    await at_rest(world, slow, quick)
    assert world.kafka.versions[-1] == 2


async def test_it_follows_although_whoever_was_late_dies_at_once(world: World) -> None:
    slow, quick = world.process(), world.process()
    old = await world.write(of_another_process=True)

    async def overtaken() -> None:
        await quick.publish([await world.write()])

    world.kafka.meanwhile = overtaken
    await slow._send([old])  # and is killed before it looks what became of it
    assert world.kafka.versions == [2, 1]
    await at_rest(world, quick)
    assert world.kafka.versions[-1] == 2


async def test_it_follows_although_a_sweeper_was_quicker(world: World) -> None:
    slow, quick = world.process(), world.process()
    old = await world.write(of_another_process=True)

    async def overtaken() -> None:
        await quick.sweep()
        await quick.publish([await world.write()])

    world.kafka.meanwhile = overtaken
    await slow._send([old])
    await at_rest(world, quick)
    assert world.kafka.versions[-1] == 2


async def test_it_follows_although_the_database_went_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = world.process(), world.process()
    old = await world.write()

    async def overtaken() -> None:
        await quick.publish([await world.write()])
        away()

    def away() -> None:
        monkeypatch.setattr(slow._pull, "_database", {COLLECTION: Away()})

    world.kafka.meanwhile = overtaken
    with pytest.raises(PyMongoError):
        await slow.publish([old])
    monkeypatch.undo()
    await at_rest(world, slow, quick)
    await slow.sweep()
    assert world.kafka.versions[-1] == 2


async def test_it_follows_although_another_collection_was_pulled_first_and_failed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = world.process(), world.process()
    before, old = await world.write(collection=FIRST), await world.write()

    async def overtaken() -> None:
        await quick.publish([await world.write()])
        # The second collection is not even asked for: its name is not in here.
        monkeypatch.setattr(slow._pull, "_database", {FIRST: Away()})

    world.kafka.meanwhile = overtaken
    with pytest.raises(PyMongoError):
        await slow.publish([before, old])
    monkeypatch.undo()
    await slow.sweep()
    assert world.kafka.versions[-1] == 2


class Away:
    """A collection that answers nothing."""

    def __getattr__(self, name: str) -> Any:
        raise PyMongoError("MongoDB is away")


async def test_one_process_never_sends_an_older_state_after_a_newer_one(world: World) -> None:
    ours = world.process()
    old = await world.write()
    await ours.publish([await world.write()])
    await ours.publish([old])
    assert set(world.kafka.versions) == {2}


async def test_a_state_that_moves_on_all_the_time_is_left_to_the_sweeper(world: World) -> None:
    slow = world.process()

    async def moves_on() -> None:
        world.kafka.meanwhile = moves_on
        await world.write(of_another_process=True)

    world.kafka.meanwhile = moves_on
    await slow.publish([await world.write()])
    world.kafka.meanwhile = None
    await at_rest(world, slow)
    assert world.kafka.versions[-1] == max(world.kafka.versions)
