"""The simulator's time, as its documents and its ledger print it."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now_s() -> float:
    """Seconds since 1970; comparable across restarts."""
    return time.time()


def stamp() -> str:
    """RFC 3339 in UTC with microseconds: for the ledger."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def second(at: float | None = None) -> str:
    """RFC 3339 in UTC, whole seconds, as Shopify prints a DateTime."""
    moment = datetime.now(UTC) if at is None else datetime.fromtimestamp(at, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_s(text: str) -> float:
    """Seconds since 1970 of an RFC 3339 text; a bare date is its midnight in UTC."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
