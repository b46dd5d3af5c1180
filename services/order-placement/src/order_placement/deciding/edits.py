"""What a person wants an order to be."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from giftstream.events import Recipient, SelectionLine
from giftstream.mongo import Document

LIVE = frozenset({"pending_review", "on_hold", "approved"})
"""Placing has not started, so an order may be changed."""


def is_open(order: Document) -> bool:
    """Nobody places it, and nothing of it can be in the store."""
    placing = order["placing"]
    untouched = placing["phase"] in (None, "held") and placing["handle"] is None
    return order["status"] in LIVE and untouched


def is_editable(order: Document) -> bool:
    """Nobody places it. A refused handle may still be in the store: placing again finds that it is
    of an older revision, and never commits it."""
    return order["status"] in LIVE and order["placing"]["phase"] in (None, "held")


@dataclass(frozen=True, slots=True)
class Edit:
    """What is None stays; `recipient` is whole, `shipping_method` "" means the store's own."""

    recipient: Recipient | None = None
    lines: tuple[SelectionLine, ...] | None = None
    shipping_method: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """A named person's word that an order shall be placed."""

    by: str
    at: datetime
    overrides: tuple[str, ...] = ()

    def as_document(self) -> dict[str, Any]:
        """As the order's document has it."""
        return {"by": self.by, "at": self.at, "overrides": list(self.overrides)}


NO_EDIT = Edit()
