"""The ground truth of what happened in the simulated stores: append-only."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from simulator.clock import stamp
from simulator.database import Database, Document

PAGE = 1_000

Kind = Literal[
    "call",
    "prepared",
    "committed",
    "discarded",
    "cancelled",
    "fulfilled",
    "unfulfilled",
    "delivered",
    "returned",
    "edited",
    "deleted",
    "webhook",
    "mail",
]


class Ledger:
    """Entries `{seq, at, store, kind, object, mark, detail}`; `seq` grows over all stores."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, store: str, kind: Kind, about: str | None, mark: str | None, detail: Document
    ) -> None:
        """`about` is the object's plain id in the store, `mark` the gift order's id or None."""
        entry = {"at": stamp(), "store": store, "kind": kind, "object": about, "mark": mark}
        self._database.append(store, entry | {"detail": detail})

    def page(self, store: str | None, after: int) -> bytes:
        """`{"items": […]}` as JSON: at most 1,000 entries after the given number."""
        return b'{"items":[' + b",".join(self._database.entries(store, after, PAGE)) + b"]}"


def mark_of(tags: list[str]) -> str | None:
    """The gift order id in a tag `gift-` + 32 hex digits; None when no tag is one."""
    for tag in tags:
        if tag.startswith("gift-") and len(tag) == 37:
            try:
                return str(UUID(hex=tag[5:]))
            except ValueError:
                continue
    return None
