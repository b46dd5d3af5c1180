"""What one outbox entry is, and how much of it a document may hold."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from giftstream.clock import now
from giftstream.events import Event, encode, headers_for
from giftstream.failures import Transient
from giftstream.identity import new_id
from giftstream.mongo import Document
from giftstream.sealing import Sealing
from giftstream.tracing import current_traceparent, new_traceparent

Entry = dict[str, Any]

_PROCESS = new_id()
_markers = itertools.count()

MAX_ENTRIES = 32
MAX_BYTES = 64 * 1024
MAX_EVENT_BYTES = 256 * 1024


class EventTooLarge(ValueError):
    """An event above the size limit: refused before the write, so that it can wedge nothing."""


def event_entry(
    event: Event,
    *,
    source: str,
    headers: Mapping[str, str] | None = None,
    sealing: Sealing | None = None,
    brand: str = "",
    document: str = "",
) -> Entry:
    """An event to publish as it is. With `sealing` its body rests sealed until it is published.

    Raises EventTooLarge above 256 KiB.
    """
    body = encode(event)
    if len(body) > MAX_EVENT_BYTES:
        raise EventTooLarge(f"{event.topic} of {len(body)} bytes")
    all_headers = headers_for(
        event, source=source, traceparent=current_traceparent() or new_traceparent()
    )
    all_headers += [(name, value.encode()) for name, value in (headers or {}).items()]
    entry: Entry = {
        "event_id": event.event_id or new_id(),
        "topic": event.topic,
        "key": event.key(),
        "headers": [[name, value] for name, value in all_headers],
        "at": now(),
    }
    if sealing is None:
        return {**entry, "body": body}
    sealed = sealing.seal(body, brand=brand, document=document, field="outbox")
    return {**entry, "body": sealed, "sealed": {"brand": brand, "document": document}}


def state_entry(topic: str) -> Entry:
    """A marker: the newest state of the document is to be published when this is sent."""
    # Only to pull it by: the event gets its own id when it is rendered.
    marker = f"{_PROCESS}-{next(_markers)}"
    return {"event_id": marker, "topic": topic, "state": True, "at": now()}


def again_entry(topic: str) -> Entry:
    """A marker that the state is to be sent once more: somebody else may have sent an older one
    after it."""
    return {**state_entry(topic), "again": True}


def is_again(entry: Mapping[str, Any]) -> bool:
    """Whether it is such a marker."""
    return "again" in entry


def is_own(entry: Mapping[str, Any]) -> bool:
    """Whether this process wrote the marker, and with it a new state."""
    return not is_again(entry) and str(entry["event_id"]).startswith(_PROCESS)


def tombstone_entry(topic: str, key: str) -> Entry:
    """A deletion to publish on a compacted topic: the key with no value."""
    return {
        "event_id": new_id(),
        "topic": topic,
        "key": key,
        "headers": [],
        "body": None,
        "at": now(),
    }


def outbox_room(entries: int = 1) -> dict[str, Any]:
    """A filter that matches only documents with room for so many entries more."""
    return {f"outbox.{MAX_ENTRIES - entries}": {"$exists": False}}


def require_room(document: Document, entries: Sequence[Entry]) -> None:
    """Transient when the document's outbox cannot take these entries now."""
    held = document.get("outbox", ())
    size = sum(len(entry.get("body") or b"") for entry in (*held, *entries))
    if len(held) + len(entries) > MAX_ENTRIES or (held and size > MAX_BYTES):
        raise Transient("the outbox of a document is full; its events wait to be published")
