"""What the copies have in common."""

from collections.abc import Sequence
from typing import TypeVar

from giftstream.delivery import Received
from giftstream.events import Event
from giftstream.mongo import Document

E = TypeVar("E", bound=Event)


def copied(event: Event, document_id: str) -> Document:
    """The event as a document of a read model."""
    return {"_id": document_id, **event.model_dump(exclude={"event_id", "occurred_at"})}


def is_news(stored: Document | None, revision: int) -> bool:
    """Whether this may matter. What is stored already may have been stored a moment ago, without
    its mark, so the same revision counts too."""
    return stored is None or stored["revision"] <= revision


def keys(received: Sequence[Received[E]]) -> list[str]:
    """The aggregates that these are about, tombstones too."""
    return sorted({one.event.key() if one.event else one.key for one in received})
