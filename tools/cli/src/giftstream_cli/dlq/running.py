"""One run of `dlq replay`: choose, then replay in the letters' own order."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiokafka import TopicPartition
from giftstream.kafka import Kafka
from giftstream.producer import Producer

from giftstream_cli.dlq.letters import DLQ_SUFFIX, Letter, Ref
from giftstream_cli.dlq.reading import dead_letter_places, letters
from giftstream_cli.dlq.replaying import Choice, Replay
from giftstream_cli.failures import ServerAway
from giftstream_cli.kafka import kafka_named, require_topic

Places = list[TopicPartition]

# A dead letter may be as large as its topic's limit; the broker's word is the last.
MAX_MESSAGE_BYTES = 16 * 1024 * 1024


@dataclass(slots=True)
class Outcome:
    """What was chosen, what was left and why, what was replayed."""

    really: bool
    named: bool
    chosen: list[Ref] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    replayed: list[Ref] = field(default_factory=list)
    interrupted: bool = False
    away: str | None = None

    @property
    def told(self) -> list[Ref]:
        """What the command prints, letter by letter."""
        return self.replayed if self.really else self.chosen

    def document(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "dry_run": not self.really,
            "chosen": [str(ref) for ref in self.chosen],
            "replayed": [str(ref) for ref in self.replayed],
            "skipped": [{"ref": ref, "detail": why} for ref, why in self.skipped.items()],
            "interrupted": self.interrupted,
            "error": self.away,
        }


async def replay(servers: Kafka, topic: str | None, choice: Choice, *, really: bool) -> Outcome:
    """Replay what the choice allows; without `really` only say what that is.

    Raises ServerAway and NotHeld before anything is written; after that the outcome says so.
    """
    outcome = Outcome(really, named=choice.refs is not None)
    async with kafka_named(servers):
        places = await _places(servers, topic, choice)
        await _choose(servers, places, choice, outcome)
        for source in {ref.topic.removesuffix(DLQ_SUFFIX) for ref in outcome.chosen}:
            await require_topic(servers, source)
    if really and outcome.chosen:
        await _replay(servers, places, choice, outcome)
    return outcome


async def _places(servers: Kafka, topic: str | None, choice: Choice) -> Places:
    asked = {ref.topic for ref in choice.refs} if choice.refs else {topic}
    found = [await dead_letter_places(servers, one) for one in sorted(asked, key=str)]
    return [place for places in found for place in places]


async def _choose(servers: Kafka, places: Places, choice: Choice, outcome: Outcome) -> None:
    candidates: dict[Ref, Letter] = {}
    async for letter in letters(servers, places):
        if choice.takes_note(letter):
            continue
        if choice.refs is None or letter.ref in choice.refs:
            candidates[letter.ref] = letter.without_value()
    for ref, letter in candidates.items():
        why = choice.why_not(letter)
        if why is None:
            outcome.chosen.append(ref)
        elif choice.refs is not None or letter.service is None:
            outcome.skipped[str(ref)] = why
    for ref in (choice.refs or frozenset()) - candidates.keys():
        outcome.skipped[str(ref)] = "is no dead letter: it never was, or its time is over"


async def _replay(servers: Kafka, places: Places, choice: Choice, outcome: Outcome) -> None:
    chosen = frozenset(outcome.chosen)

    async def wanted() -> AsyncIterator[Letter]:
        async for letter in letters(servers, places):
            if letter.ref in chosen:
                yield letter

    producer = Producer(servers, max_message_bytes=MAX_MESSAGE_BYTES)
    run = Replay(producer, choice)
    try:
        async with kafka_named(servers):
            await producer.start()
            await run.of(wanted())
    except ServerAway as away:
        outcome.away = away.sentence
    except asyncio.CancelledError:
        outcome.interrupted = True
    finally:
        outcome.replayed = run.done
        await producer.stop()
