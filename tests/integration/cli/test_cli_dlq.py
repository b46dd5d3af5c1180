"""`giftstream dlq` on a real Kafka: letters found, shown, and given back once."""

from typing import Any

import pytest
from giftstream.delivery import Parked, Parking, Record
from giftstream.identity import new_id
from giftstream.kafka import Kafka
from giftstream.producer import Producer
from support import topics

from .conftest import Run

TOPIC = "order.edited"
VALUE = b"\xff not json"


@pytest.fixture
async def service(kafka_with_topics: str) -> str:
    """A service of this test alone, with three letters of its own."""
    name = f"service-{new_id()[:8]}"
    producer = Producer(Kafka(kafka_with_topics), max_message_bytes=2 * 1024 * 1024)
    await producer.start()
    keys: list[bytes | None] = [b"o-1", b"o-2", None]
    records = [
        Record(TOPIC, 0, number, key, VALUE, (("ce_id", b"e-1"),))
        for number, key in enumerate(keys)
    ]
    await Parking(name, producer).park([Parked(record, "invalid_event") for record in records])
    await producer.stop()
    return name


async def letters(giftstream: Run, service: str) -> list[dict[str, Any]]:
    ran = await giftstream("dlq", "list", "--topic", TOPIC, "--service", service, "--json")
    assert ran.code == 0
    found: list[dict[str, Any]] = ran.document["items"]
    return found


async def replayed(kafka: str, service: str) -> list[Any]:
    """What came back to the topic for this service."""
    wanted = ("dlq-replay-for", service.encode())
    return [one for one in await topics.read_all(kafka, TOPIC) if wanted in one.headers]


async def test_a_letter_is_listed_shown_and_given_back_as_it_came_once(
    giftstream: Run, kafka_with_topics: str, service: str
) -> None:
    found = await letters(giftstream, service)
    assert [one["error"] for one in found] == ["invalid_event"] * 3
    ref = next(one["ref"] for one in found if one["key"] == "o-1")
    shown = await giftstream("dlq", "show", ref, "--raw", "--json")
    assert shown.document["raw"]["encoding"] == "base64"
    only_told = await giftstream("dlq", "replay", ref, "--json")
    assert (only_told.code, only_told.document["replayed"]) == (0, [])
    assert await replayed(kafka_with_topics, service) == []
    done = await giftstream("dlq", "replay", ref, "--yes", "--json")
    assert (done.code, done.document["replayed"]) == (0, [ref])
    (record,) = await replayed(kafka_with_topics, service)
    assert (record.key, record.value) == (b"o-1", VALUE)
    assert dict(record.headers) == {"ce_id": b"e-1", "dlq-replay-for": service.encode()}
    again = await giftstream("dlq", "replay", ref, "--yes", "--json")
    assert (again.code, again.document["replayed"]) == (1, [])
    rest = await giftstream(
        "dlq", "replay", "--topic", TOPIC, "--service", service, "--yes", "--json"
    )
    assert (rest.code, len(rest.document["replayed"])) == (0, 2)
    assert len(await replayed(kafka_with_topics, service)) == 3
    assert all(one["replayed_at"] for one in await letters(giftstream, service))


@pytest.mark.parametrize(("point", "records"), [("dlq.produced", 6), ("dlq.replayed", 3)])
async def test_a_kill_in_a_replay_loses_nothing_and_is_finished_by_the_next(
    giftstream: Run, kafka_with_topics: str, service: str, point: str, records: int
) -> None:
    command = ("dlq", "replay", "--topic", TOPIC, "--service", service, "--yes")
    assert (await giftstream(*command, GIFTSTREAM_CRASHPOINT=point)).code == -9
    assert (await giftstream(*command)).code == 0
    assert len(await replayed(kafka_with_topics, service)) == records
    assert (await giftstream(*command, "--json")).document["chosen"] == []


async def test_a_dropped_letter_is_neither_listed_nor_replayed(
    giftstream: Run, kafka_with_topics: str, service: str
) -> None:
    first, second, third = [one["ref"] for one in await letters(giftstream, service)]
    only_told = await giftstream("dlq", "drop", first, "--json")
    assert (only_told.code, only_told.document["chosen"]) == (0, [first])
    assert len(await letters(giftstream, service)) == 3
    assert (await giftstream("dlq", "drop", first, third, "--yes")).code == 0
    assert [one["ref"] for one in await letters(giftstream, service)] == [second]
    assert (await giftstream("dlq", "replay", first, "--yes")).code == 1
    again = await giftstream("dlq", "drop", first, "--yes", "--json")
    assert (again.code, again.document["chosen"]) == (0, [])
    assert await replayed(kafka_with_topics, service) == []
    assert (await giftstream("dlq", "drop", f"{TOPIC}.dlq/0/999999", "--yes")).code == 1


async def test_what_is_older_is_really_removed(giftstream: Run, service: str) -> None:
    drop = ("dlq", "drop", "--topic", TOPIC, "--json", "--before")
    assert (await giftstream(*drop, "7d")).document["records"] == 0
    kept = await letters(giftstream, service)
    assert (await giftstream(*drop, "0s")).document["records"] >= 3
    assert await letters(giftstream, service) == kept
    done = await giftstream(*drop, "0s", "--yes")
    assert (done.code, done.document["dry_run"]) == (0, False)
    assert await letters(giftstream, service) == []
    for one in kept:
        assert (await giftstream("dlq", "show", one["ref"])).code == 1


async def test_a_letter_that_is_not_there_is_code_1(giftstream: Run) -> None:
    for ref in (f"{TOPIC}.dlq/0/999999", f"{TOPIC}.dlq/99/0", "no.such.dlq/0/0"):
        ran = await giftstream("dlq", "show", ref)
        assert ran.code == 1
        assert "Traceback" not in ran.err
