"""New documents whose record is their outbox: told at least once, the newest state last."""

import json
import signal
from typing import Any, ClassVar

import pytest
from giftstream import mongo
from giftstream.events.event import SaidPlainly
from giftstream.kafka import Kafka
from giftstream.mongo import Document
from giftstream.outbox import Held, Outbox, state_entry
from giftstream.producer import Producer
from giftstream.sealing import Sealing
from support import topics

NOTED = 16


async def told(counting: Any) -> dict[str, int]:
    """The last that was said of each note: its `last`."""
    states = await topics.read_all(counting.servers.kafka, f"test.note_changed.{counting.suffix}")
    said = sorted(states, key=lambda record: (record.partition, record.offset))
    return {(body := json.loads(record.value))["name"]: body["number"] for record in said}


def notes(counting: Any, count: int) -> list[Any]:
    """Records that become a note each."""
    body = counting.body
    return [
        (counting.moved, f"n{number}".encode(), body(f"n{number}", 1, NOTED), [])
        for number in range(count)
    ]


@pytest.mark.parametrize(
    "point",
    [
        "batch.written",
        pytest.param("outbox.before_send", marks=pytest.mark.long),
        pytest.param("outbox.sent", marks=pytest.mark.long),
        pytest.param("batch.before_ack", marks=pytest.mark.long),
    ],
)
async def test_a_kill_leaves_no_new_document_untold(counting: Any, point: str) -> None:
    await counting.publish(notes(counting, 400))
    doomed = await counting.member(crashpoint=point)
    assert await doomed.ended() == -signal.SIGKILL
    await counting.member()
    await counting.settled()
    assert await told(counting) == {f"n{number}-1": 1 for number in range(400)}
    database = counting.database()
    assert await database["notes"].count_documents({"outbox.0": {"$exists": True}}) == 0
    mongo.close(database)


async def test_a_document_that_moved_on_meanwhile_is_told_last_in_its_newest_state(
    counting: Any,
) -> None:
    """Its inserter was slow: somebody changed it and told of that before the first was told."""
    database = counting.database()
    producer = Producer(Kafka(counting.servers.kafka), max_message_bytes=1_000_000)
    await producer.start()
    outbox = Outbox("test", database, producer, Sealing({"test": b"k" * 32}))

    class Said(SaidPlainly):
        topic: ClassVar[str] = f"test.note_changed.{counting.suffix}"
        name: str
        number: int

        def key(self) -> str:
            return self.name

    def render(note: Document) -> Said:
        return Said(name=note["_id"], number=note["last"])

    outbox.renders("notes", Said.topic, render)
    first = {"_id": "n0-1", "last": 1, "version": 1, "outbox": []}
    await database["notes"].insert_one({**first, "last": 2, "version": 2})
    await outbox.publish([Held("notes", "n0-1", first, (state_entry(Said.topic),), stored=False)])
    assert await told(counting) == {"n0-1": 2}
    await producer.stop()
    mongo.close(database)
