"""A dead letter, and the notes that tell of replays."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from aiokafka import ConsumerRecord

from giftstream_cli.failures import WrongUse

# The words of giftstream.delivery, which is not imported: it would double the time to start.
DLQ_SUFFIX = ".dlq"
REPLAY_FOR = "dlq-replay-for"
REPLAYED = "dlq-replayed"
DROPPED = "dlq-dropped"
_REF = re.compile(r"([A-Za-z0-9._-]{1,249})/(\d{1,9})/(\d{1,18})")


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """The place of a letter: dead-letter topic, partition, offset."""

    topic: str
    partition: int
    offset: int

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """From `TOPIC/PARTITION/OFFSET`. Raises WrongUse."""
        found = _REF.fullmatch(text)
        if found is None:
            raise WrongUse(f"{text!r} is no TOPIC/PARTITION/OFFSET as in `giftstream dlq list`.")
        if not found[1].endswith(DLQ_SUFFIX):
            raise WrongUse(
                f"{text} is a place in the topic itself; its dead letters are in "
                f"{found[1]}{DLQ_SUFFIX}: see `giftstream dlq list --topic {found[1]}`."
            )
        return cls(found[1], int(found[2]), int(found[3]))

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A record as it is kept: raw value and key, its own headers and the `dlq-` ones."""

    ref: Ref
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    parked_at: datetime
    size_bytes: int | None = None

    @classmethod
    def of(cls, record: "ConsumerRecord[bytes, bytes]") -> "Letter":
        """From the client library's record."""
        return cls(
            Ref(record.topic, record.partition, record.offset),
            record.key,
            record.value,
            tuple(record.headers),
            datetime.fromtimestamp(record.timestamp / 1000, UTC),
        )

    @property
    def source_topic(self) -> str:
        """Where it was refused, and where a replay goes."""
        return self.ref.topic.removesuffix(DLQ_SUFFIX)

    @property
    def service(self) -> str | None:
        """Who could not use it."""
        return self.text("dlq-service")

    def text(self, header: str) -> str | None:
        """A header as text, the last of that name; None when absent."""
        for name, value in reversed(self.headers):
            if name == header:
                return value.decode(errors="backslashreplace")
        return None

    def without_value(self) -> "Letter":
        """The same letter without its bytes, to remember many of them."""
        return replace(self, size_bytes=self.size, value=None)

    @property
    def size(self) -> int | None:
        """How many bytes the value has or had; None for a null value."""
        return self.size_bytes if self.value is None else len(self.value)

    def replayed_ref(self) -> str | None:
        """For a note: the letter that was replayed; None for a letter."""
        return self.text(REPLAYED) if self.value is None else None

    def dropped_ref(self) -> str | None:
        """For a note: the letter that was dropped; None for a letter."""
        return self.text(DROPPED) if self.value is None else None

    @property
    def is_note(self) -> bool:
        """Whether it is no letter, but tells of one."""
        return (self.replayed_ref() or self.dropped_ref()) is not None

    def summary(self, replayed_at: datetime | None) -> Mapping[str, Any]:
        """What a list shows; nothing of the value."""
        key = None if self.key is None else self.key.decode(errors="backslashreplace")
        return {
            "ref": str(self.ref),
            "error": self.text("dlq-error"),
            "service": self.service,
            "source": self.text("dlq-source"),
            "attempts": self.text("dlq-attempts"),
            "key": key,
            "size_bytes": self.size,
            "parked_at": _rfc3339(self.parked_at),
            "replayed_at": _rfc3339(replayed_at) if replayed_at else None,
        }


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
