"""Dropping dead letters: a note that a letter is done with, or everything before a time removed.

Kafka removes only what lies at the beginning of a partition. So a letter by itself is noted as
dropped (it is listed and replayed no more, and goes when the topic's time for it is over), while
`--before` really removes.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete
from giftstream.clock import now
from giftstream.kafka import Kafka
from giftstream.producer import Message, Producer

from giftstream_cli.dlq.letters import DROPPED, Letter, Ref
from giftstream_cli.dlq.reading import dead_letter_places, letters, offsets_at
from giftstream_cli.failures import WrongUse
from giftstream_cli.kafka import DEADLINE_S, kafka_named

MAX_MESSAGE_BYTES = 1024 * 1024
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(slots=True)
class Dropped:
    """What was or would be dropped, and what was left and why. `before`: offsets by place."""

    really: bool
    chosen: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    records: int = 0

    def document(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "dry_run": not self.really,
            "chosen": self.chosen,
            "skipped": [{"ref": ref, "detail": why} for ref, why in self.skipped.items()],
            "records": self.records,
        }


def moment_of(text: str) -> datetime:
    """`2026-11-22T10:00:00Z`, `2026-11-22`, or an age: `90m`, `12h`, `7d`. Raises WrongUse."""
    try:
        if text[-1:] in _UNITS and text[:-1].isdigit():
            return now() - timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise WrongUse(f"--before {text!r} is no time: 2026-11-22T10:00:00Z, or 7d.") from None
    return found if found.tzinfo else found.replace(tzinfo=now().tzinfo)


async def drop_letters(servers: Kafka, refs: frozenset[Ref], by: str, *, really: bool) -> Dropped:
    """Note these letters as dropped; twice is the same as once. Raises ServerAway."""
    outcome = Dropped(really)
    async with kafka_named(servers):
        found: dict[Ref, Letter] = {}
        noted: set[str] = set()
        for topic in sorted({ref.topic for ref in refs}):
            places = await dead_letter_places(servers, topic)
            async for letter in letters(servers, places):
                if (note := letter.dropped_ref()) is not None:
                    noted.add(note)
                elif letter.ref in refs and letter.replayed_ref() is None:
                    found[letter.ref] = letter.without_value()
        chosen = [one for ref, one in sorted(found.items()) if str(ref) not in noted]
        for ref in sorted(refs - {one.ref for one in chosen}):
            dropped = str(ref) in noted
            why = "was dropped before" if dropped else "is no dead letter, or its time is over"
            outcome.skipped[str(ref)] = why
        outcome.chosen, outcome.records = [str(one.ref) for one in chosen], len(chosen)
        if really and chosen:
            await _note(servers, [_note_of(one, by) for one in chosen])
    return outcome


async def drop_before(
    servers: Kafka, topic: str, before: datetime, by: str, *, really: bool
) -> Dropped:
    """Remove everything in the topic's dead letters that is older. Raises ServerAway, NotHeld."""
    outcome = Dropped(really)
    async with kafka_named(servers):
        places = await dead_letter_places(servers, topic)
        spans = await offsets_at(servers, places, before)
        wanted = {place: end for place, (start, end) in spans.items() if end > start}
        outcome.chosen = [f"{one.topic}/{one.partition} up to {end}" for one, end in wanted.items()]
        outcome.records = sum(end - start for start, end in spans.values() if end > start)
        if really and wanted:
            await _remove(servers, wanted)
            name = next(iter(wanted)).topic
            # Who removed what stays on record where the letters were.
            mark = ((DROPPED, f"{name}/*/{before.isoformat()}".encode()), ("dlq-by", by.encode()))
            await _note(servers, [Message(name, b"", None, mark)])
    return outcome


def _note_of(letter: Letter, by: str) -> Message:
    headers = (
        (DROPPED, str(letter.ref).encode()),
        ("dlq-by", by.encode()),
        ("dlq-dropped-at", now().isoformat().encode()),
    )
    return Message(letter.ref.topic, letter.key or b"", None, headers)


async def _note(servers: Kafka, notes: list[Message]) -> None:
    producer = Producer(servers, max_message_bytes=MAX_MESSAGE_BYTES)
    try:
        await producer.start()
        await producer.publish(notes)
    finally:
        await producer.stop()


async def _remove(servers: Kafka, wanted: dict[TopicPartition, int]) -> None:
    admin = AIOKafkaAdminClient(**servers.client, request_timeout_ms=10_000)
    async with asyncio.timeout(2 * DEADLINE_S):
        await admin.start()
        try:
            await admin.delete_records(
                {place: RecordsToDelete(before_offset=end) for place, end in wanted.items()}
            )
        finally:
            await admin.close()
