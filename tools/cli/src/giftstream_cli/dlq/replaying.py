"""Brings dead letters back to their topic, for the service that could not use them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from giftstream.clock import now
from giftstream.crashpoints import crashpoint
from giftstream.producer import Message, Producer

from giftstream_cli.dlq.letters import REPLAY_FOR, REPLAYED, Letter, Ref

BATCH = 50
BATCH_BYTES = 4 * 1024 * 1024
_OWN = "dlq-"


@dataclass(slots=True)
class Choice:
    """Which letters to replay: those named, or those of a service that were not replayed yet."""

    refs: frozenset[Ref] | None
    service: str | None
    again: bool
    replayed_at: dict[str, datetime] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)

    def takes_note(self, letter: Letter) -> bool:
        """Whether it is no letter but a note; what it tells is remembered."""
        if (note := letter.replayed_ref()) is not None:
            self.replayed_at[note] = letter.parked_at
        elif (note := letter.dropped_ref()) is not None:
            self.dropped.add(note)
        return letter.is_note

    def why_not(self, letter: Letter) -> str | None:
        """The sentence that says why this letter stays; None when it is to be replayed."""
        if str(letter.ref) in self.dropped and not self.again:
            return "was dropped: --again replays it all the same"
        if letter.key is None and letter.size is None:
            return "has neither key nor value: there is nothing to replay"
        if letter.service is None and self.service is None:
            return "does not say which service could not use it: give --service"
        if self.service is not None and letter.service not in (None, self.service):
            return f"is {letter.service}'s, not {self.service}'s"
        if not self.again and (at := self.replayed_at.get(str(letter.ref))):
            return f"was replayed at {at:%Y-%m-%dT%H:%M:%SZ}: --again replays it once more"
        return None

    def service_of(self, letter: Letter) -> str:
        """Whom the replay is for."""
        found = letter.service or self.service
        assert found is not None
        return found


def replay_message(letter: Letter, service: str) -> Message:
    """The record as it first came, with the one header that says whom it is for."""
    headers = tuple(h for h in letter.headers if not h[0].startswith(_OWN))
    named = (REPLAY_FOR, service.encode())
    return Message(letter.source_topic, letter.key, letter.value, (*headers, named))


def note_message(letter: Letter, service: str) -> Message:
    """The note that this letter was replayed, beside the letter."""
    headers = (
        (REPLAYED, str(letter.ref).encode()),
        (REPLAY_FOR, service.encode()),
        ("dlq-replayed-at", now().isoformat().encode()),
    )
    return Message(letter.ref.topic, letter.key or b"", None, headers)


class Replay:
    """Republishes letters and notes it; `done` are those noted, so far."""

    def __init__(self, producer: Producer, choice: Choice) -> None:
        self._producer = producer
        self._choice = choice
        self.done: list[Ref] = []

    async def of(self, chosen: AsyncIterator[Letter]) -> None:
        """All of them, in batches. Raises Transient when Kafka is away."""
        batch: list[Letter] = []
        async for letter in chosen:
            batch.append(letter)
            if len(batch) >= BATCH or sum(len(one.value or b"") for one in batch) >= BATCH_BYTES:
                await self._send(batch)
                batch = []
        await self._send(batch)

    async def _send(self, letters: Sequence[Letter]) -> None:
        if not letters:
            return
        named = [(letter, self._choice.service_of(letter)) for letter in letters]
        await self._producer.publish([replay_message(*one) for one in named])
        # A crash here means that these are replayed a second time, which has no second effect.
        crashpoint("dlq.produced")
        await self._producer.publish([note_message(*one) for one in named])
        crashpoint("dlq.replayed")
        self.done += [letter.ref for letter in letters]
