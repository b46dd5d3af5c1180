"""The W3C trace context of the work at hand, carried from record and request to event."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def new_traceparent() -> str:
    """A fresh, sampled W3C traceparent."""
    # Not secret, and made for every event: the system's own randomness would cost ten times more.
    return f"00-{random.getrandbits(128):032x}-{random.getrandbits(64):016x}-01"


def valid_traceparent(text: str | None) -> str | None:
    """The text where it is a traceparent of version 00, else None."""
    return text if text and _TRACEPARENT.fullmatch(text) else None


def current_traceparent() -> str | None:
    """The traceparent of the record or request being handled, if it had one."""
    return _current.get()


@contextmanager
def traced(traceparent: str | None) -> Iterator[None]:
    """Everything inside belongs to this trace. A `with`, because one task handles many records."""
    token = _current.set(valid_traceparent(traceparent))
    try:
        yield
    finally:
        _current.reset(token)
