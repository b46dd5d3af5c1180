"""Which messages an order gives rise to: decided from its state alone, never from steps between."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from giftstream.identity import derived
from giftstream.mongo import Document

Audience = Literal["creator", "brand"]

PLACED = "order_placed"
DELIVERED = "order_delivered"
HELD = "order_held"

# The gift is not coming any more, or has gone back: what was worth telling before is not now.
_OVER = frozenset({"cancelled", "rejected", "returned"})


@dataclass(frozen=True, slots=True)
class Notice:
    """One fact that somebody is told once. `revision` tells apart facts of one kind."""

    order_id: str
    template: str
    audience: Audience
    revision: str
    at: datetime
    after: str | None = None

    @property
    def id(self) -> str:
        """The message's id: the same fact always gives the same message."""
        return derived(self.order_id, self.template, self.audience, self.revision)


def notices_of(order: Document) -> list[Notice]:
    """Everything that is worth telling of the order as it now stands, in the order to tell it."""
    if order["status"] in _OVER:
        return []
    if order["status"] == "on_hold":
        return [_held(order)]
    if order["placed_at"] is None:
        return []
    placed = Notice(order["_id"], PLACED, "creator", "1", order["placed_at"])
    if order["delivered_at"] is None:
        return [placed]
    arrived = Notice(
        order["_id"], DELIVERED, "creator", "1", order["delivered_at"], after=placed.id
    )
    return [placed, arrived]


def _held(order: Document) -> Notice:
    # One mail a set of reasons, however often the order is held for it: steps between are not
    # seen, so counting them would count differently after each outage.
    codes = revision_of([reason["code"] for reason in order["reasons"]])
    return Notice(order["_id"], HELD, "brand", codes, order["changed_at"])


def revision_of(codes: Sequence[str]) -> str:
    """The same set of reasons gives the same revision, in whatever order they stand."""
    return hashlib.sha256(",".join(sorted(set(codes))).encode()).hexdigest()[:16]
