"""A gift order as placing sees it: the document as it was last read or written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from giftstream.events import StoreOrder
from giftstream.mongo import Document

Phase = Literal["intent", "prepared", "committing", "held", "placed"]


@dataclass(frozen=True, slots=True)
class GiftOrder:
    """One document of `orders`."""

    document: Document

    @property
    def id(self) -> str:
        """The gift order's own id; the mark in the store is made of it."""
        return str(self.document["_id"])

    @property
    def status(self) -> str:
        """As everybody sees it."""
        return str(self.document["status"])

    @property
    def store_id(self) -> str:
        """The lane it is in."""
        return str(self.document["store_id"])

    @property
    def placing(self) -> Document:
        """What only placing knows."""
        placing: Document = self.document["placing"]
        return placing

    @property
    def phase(self) -> Phase | None:
        """How far placing has come; None before it began."""
        phase: Phase | None = self.placing["phase"]
        return phase

    @property
    def handle(self) -> str | None:
        """The only handle that may ever be committed."""
        handle: str | None = self.placing["handle"]
        return handle

    @property
    def discarded(self) -> Sequence[str]:
        """Handles that must never be stored or committed."""
        discarded: Sequence[str] = self.placing["discarded"]
        return discarded

    @property
    def permitted_by_us(self) -> bool:
        """Whether the last permission to commit was given under the epoch that holds it now."""
        return bool(self.placing.get("permitted_epoch") == self.placing["epoch"])

    @property
    def attempts(self) -> int:
        """How often it was claimed."""
        return int(self.placing["attempts"])

    @property
    def failures(self) -> int:
        """How often in a row it did not come further."""
        return int(self.placing.get("failures", 0))

    @property
    def unknown_since(self) -> datetime | None:
        """Since when it is not known what the store has made of it."""
        since: datetime | None = self.placing["unknown_since"]
        return since

    @property
    def cancel_requested(self) -> Any:
        """Who asked to cancel it while it was being placed, None when nobody did."""
        return self.placing["cancel_requested"]

    @property
    def content(self) -> int:
        """The revision of recipient, lines and shipping method: +1 with every edit."""
        return int(self.document.get("content", 0))

    @property
    def overrides(self) -> Sequence[str]:
        """Reason codes that a named person decided to pass over."""
        approved: Document | None = self.document["approved"]
        overrides: Sequence[str] = (approved or {}).get("overrides", ())
        return overrides

    @property
    def store_order(self) -> StoreOrder | None:
        """The order in the store, once it is known."""
        held = self.document["store_order"]
        return None if held is None else StoreOrder.model_validate(held)
