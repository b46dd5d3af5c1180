"""What became of the sample selections."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from localstack.stack.samples import Sample

STUCK = frozenset({"on_hold", "pending_review", "rejected", "cancelled", "refused"})
STUCK_FOR_S = 20.0
KEPT = 500


@dataclass
class Order:
    """One order as last heard of."""

    order_id: str
    selection_id: str
    recipient: str
    status: str = "submitted"
    number: str = ""
    reasons: list[str] = field(default_factory=list)
    sequence: int = -1
    since: float = 0.0
    seconds: float = 0.0


class Orders:
    """Folds `order.changed` and `selection.refused`; foreign orders are shown as well."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.by_id: dict[str, Order] = {}
        self._samples: dict[str, Sample] = {}
        self._fed_at = self._heard_at = clock()

    def expect(self, samples: Sequence[Sample]) -> None:
        """These must be delivered."""
        self._samples = {sample.selection_id: sample for sample in samples}
        self._fed_at = self._heard_at = self._clock()

    def changed(self, body: dict[str, Any]) -> Order | None:
        """The order when this snapshot is news; None for an older one."""
        known = self.by_id.get(body["order_id"])
        order = known or self._begin(body["order_id"], body["selection_id"])
        if body["sequence"] <= order.sequence:
            return None
        before = order.status
        order.sequence, order.status = body["sequence"], body["status"]
        order.number = (body.get("store_order") or {}).get("number") or order.number
        order.reasons = [reason["code"] for reason in body.get("reasons", [])]
        self._heard(order)
        return order if order.status != before else None

    def refused(self, body: dict[str, Any]) -> Order:
        """A selection of which no order was made."""
        selection_id = body.get("selection_id") or "(unreadable)"
        order = self._begin(f"refused/{body['event_id']}", selection_id)
        order.status = "refused"
        order.reasons = [reason["code"] for reason in body.get("reasons", [])]
        self._heard(order)
        return order

    def undelivered(self) -> list[str]:
        """Samples not all of whose orders are delivered, each with where it stands."""
        return [
            f"{selection_id} ({sample.recipient}): {self._standing(selection_id)}"
            for selection_id, sample in self._samples.items()
            if {order.status for order in self._of(selection_id)} != {"delivered"}
        ]

    def stuck(self) -> bool:
        """Nothing moves any more: every missing sample waits for a person."""
        missing = [
            {order.status for order in self._of(selection_id)} for selection_id in self._samples
        ]
        missing = [statuses for statuses in missing if statuses != {"delivered"}]
        waiting = all(statuses and statuses <= STUCK | {"delivered"} for statuses in missing)
        quiet = self._clock() - self._heard_at > STUCK_FOR_S
        return bool(missing) and waiting and quiet

    def _of(self, selection_id: str) -> list[Order]:
        return [order for order in self.by_id.values() if order.selection_id == selection_id]

    def _standing(self, selection_id: str) -> str:
        orders = self._of(selection_id)
        said = [" ".join([order.status, *order.reasons]) for order in orders]
        return ", ".join(said) or "nothing heard of it"

    def _begin(self, order_id: str, selection_id: str) -> Order:
        sample = self._samples.get(selection_id)
        order = Order(order_id, selection_id, sample.recipient if sample else "")
        order.since = self._fed_at if sample else self._clock()
        self.by_id[order_id] = order
        while len(self.by_id) > KEPT:
            self._forget_one()
        return order

    def _forget_one(self) -> None:
        foreign = (
            key for key, order in self.by_id.items() if order.selection_id not in self._samples
        )
        self.by_id.pop(next(foreign, next(iter(self.by_id))))

    def _heard(self, order: Order) -> None:
        self._heard_at = self._clock()
        order.seconds = self._heard_at - order.since
