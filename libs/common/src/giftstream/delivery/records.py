"""A Kafka record as it came, and what decoding makes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from aiokafka import ConsumerRecord
from pydantic import ValidationError

from giftstream.events import Event
from giftstream.failures import Poison
from giftstream.topics import TOPICS
from giftstream.tracing import valid_traceparent

E = TypeVar("E", bound=Event)
Item = TypeVar("Item")

Decode = Callable[["Record"], Item]


class Record(NamedTuple):
    """Raw bytes with their place: nothing is decoded yet, so nothing can fail yet."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp_ms: int = 0

    @classmethod
    def of(cls, raw: "ConsumerRecord[Any, Any]") -> "Record":
        """From the client library's record."""
        return cls(
            raw.topic,
            raw.partition,
            raw.offset,
            raw.key,
            raw.value,
            tuple(raw.headers),
            raw.timestamp,
        )

    @property
    def source(self) -> str:
        """Where it is kept: topic/partition/offset."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    def header(self, name: str) -> bytes | None:
        """The last value of a header, undecoded; None when absent."""
        for key, value in reversed(self.headers):
            if key == name:
                return value
        return None

    def text_header(self, name: str) -> str | None:
        """A header that we read, as text. Raises Poison when it is not UTF-8."""
        raw = self.header(name)
        if raw is None:
            return None
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            raise Poison("bad_header", f"{name} is not UTF-8") from error


@dataclass(frozen=True, slots=True)
class Received(Generic[E]):
    """An event with the record it came in. `event` is None for a tombstone; `key` says of what."""

    event: E | None
    record: Record
    key: str


def decode_event(event_type: type[E]) -> "Decode[Received[E]]":
    """The usual decoder: one pass from bytes to the model; anything else is Poison."""
    known = TOPICS.get(event_type.topic)
    tombstones = known is not None and known.compacted

    def decode(record: Record) -> Received[E]:
        key = (record.key or b"").decode(errors="replace")
        if record.value is None:
            if tombstones:
                return Received(None, record, key)
            raise Poison("null_value")
        try:
            return Received(event_type.model_validate_json(record.value), record, key)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False, include_context=False)[0]
            path = ".".join(str(part) for part in first["loc"])
            raise Poison("invalid_event", f"{first['type']} at {path or 'the body'}") from error

    return decode


def traceparent_of(record: Record) -> str | None:
    """The publisher's trace context; anything unreadable is as good as none."""
    raw = record.header("traceparent")
    return valid_traceparent(raw.decode("ascii", errors="ignore")) if raw else None
