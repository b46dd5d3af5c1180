"""What a rule may look at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from giftstream.events import Reason, Recipient
from giftstream.mongo import Document

Lookup = Callable[[str, Any], Document | None]
"""(collection, id) to the document as far as it is known."""


@dataclass(frozen=True, slots=True)
class Case:
    """One gift order with everything that decides whether it may go on."""

    campaign: Document | None
    store: Document | None
    lines: Sequence[Mapping[str, Any]]
    recipient: Recipient | None
    country: str | None
    lookup: Lookup

    @property
    def needs_shipping(self) -> bool:
        """Whether anything has to be sent; what is not resolved yet may have to be."""
        return any(line["requires_shipping"] is not False for line in self.lines)


Rule = Callable[[Case], Iterable[Reason]]
