"""The newest dead letters, and how many there are of each kind."""

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from giftstream.kafka import Kafka

from giftstream_cli.dlq.letters import Letter
from giftstream_cli.dlq.reading import dead_letter_places, letters
from giftstream_cli.kafka import kafka_named


@dataclass(frozen=True, slots=True)
class Listing:
    """Summaries, oldest first; `counts` by topic and error over all letters."""

    items: list[Mapping[str, Any]]
    total: int
    counts: Mapping[str, int]


async def list_letters(
    servers: Kafka, topic: str | None, service: str | None, limit: int
) -> Listing:
    """Read what there is. Raises NotHeld for an unknown topic, ServerAway."""
    newest: list[tuple[datetime, str, Letter]] = []
    replayed: dict[str, datetime] = {}
    dropped: set[str] = set()
    counts: Counter[str] = Counter()
    async with kafka_named(servers):
        places = await dead_letter_places(servers, topic)
        # First the notes: what is dropped is not to take the place of a letter that is not.
        async for letter in letters(servers, places):
            if (note := letter.dropped_ref()) is not None:
                dropped.add(note)
        async for letter in letters(servers, places):
            if letter.dropped_ref() is not None or str(letter.ref) in dropped:
                continue
            if (note := letter.replayed_ref()) is not None:
                replayed[note] = letter.parked_at
            elif service in (None, letter.service):
                counts[f"{letter.source_topic} {letter.text('dlq-error')}"] += 1
                _keep(newest, letter, limit)
    items = [one.summary(replayed.get(str(one.ref))) for _, _, one in sorted(newest)]
    return Listing(items, counts.total(), dict(sorted(counts.items())))


def _keep(newest: list[tuple[datetime, str, Letter]], letter: Letter, limit: int) -> None:
    heapq.heappush(newest, (letter.parked_at, str(letter.ref), letter.without_value()))
    if len(newest) > limit:
        heapq.heappop(newest)
