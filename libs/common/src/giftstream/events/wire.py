"""From an event to the bytes and headers of a Kafka record."""

from datetime import datetime
from functools import lru_cache

from giftstream.events.event import Event


def encode(event: Event) -> bytes:
    """The record's value: JSON in UTF-8, every field printed, times in UTC with `Z`."""
    return event.__pydantic_serializer__.to_json(event)


def headers_for(
    event: Event, source: str, traceparent: str | None = None
) -> list[tuple[str, bytes]]:
    """CloudEvents 1.0 binary mode for an event said by `source` (a service's name)."""
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", event.event_id.encode()),
        ("ce_type", event.topic.encode()),
        ("ce_source", source.encode()),
        ("ce_time", _moment(event.occurred_at)),
        ("ce_subject", event.key().encode()),
        ("content-type", b"application/json"),
    ]
    if traceparent is not None:
        headers.append(("traceparent", traceparent.encode()))
    return headers


# What one batch says is mostly of one moment.
@lru_cache(256)
def _moment(at: datetime) -> bytes:
    return at.isoformat().replace("+00:00", "Z").encode()
