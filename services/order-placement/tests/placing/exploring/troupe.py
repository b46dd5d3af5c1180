"""The code under test, put together once: `placing`, or a variant of it with a rule left out."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from order_placement.placing.check_order import CheckOrder
from order_placement.placing.commit_order import CommitOrder
from order_placement.placing.gift_order import GiftOrder
from order_placement.placing.last_look import LastLook
from order_placement.placing.place_order import PlaceOrder
from order_placement.placing.placements import Placements
from order_placement.placing.prepare_order import PrepareOrder
from order_placement.placing.sweep_orphans import SweepOrphans
from placing_world import AT_ONCE, PROFILE, SEALING, STORE, database_with_facts

from exploring.calls import LeaseOfCalls, OrdersOfCalls, StoreOfCalls
from exploring.cast import Role
from exploring.outside import Document
from exploring.people import decides

# A draft that is still being calculated is looked at again by the next claim, not after a sleep.
LIMITS = replace(AT_ONCE, ready_within_s=0.0)


@dataclass(frozen=True)
class Code:
    """The parts of placing."""

    placements: type[Placements] = Placements
    prepare: type[PrepareOrder] = PrepareOrder
    check: type[CheckOrder] = CheckOrder
    commit: type[CommitOrder] = CommitOrder
    sweep: type[SweepOrphans] = SweepOrphans


class Troupe:
    """Begins the coroutines of each role."""

    def __init__(self, code: Code, due: Callable[[int], Document]) -> None:
        """`due` gives a document anew by its number in a role."""
        database: Any = database_with_facts()
        look = LastLook(database)
        database["orders"] = OrdersOfCalls()
        placements = code.placements(database)
        self._due = due
        self._place = PlaceOrder(placements, look, SEALING, _said, LIMITS, _passed)
        self._place._prepare = code.prepare(placements, look, SEALING, LIMITS, _passed)
        self._place._check = code.check(placements, LIMITS, _passed)
        self._place._commit = code.commit(placements, LIMITS, _passed)
        self._sweep = code.sweep(None, placements, self, LIMITS, _passed)  # type: ignore[arg-type]  # one store is swept by hand
        self._store: Any = StoreOfCalls()

    async def of(self, _: str) -> Any:
        return self._store

    def begins(self, role: Role) -> Coroutine[Any, Any, Any]:
        """Its coroutine, before its first call."""
        if role.kind == "sweep":
            return self._sweep.sweep(STORE)
        if role.kind == "person":
            return decides(*role.how)
        due, epoch, short = role.how
        lease: Any = LeaseOfCalls(epoch, short=short)
        order = GiftOrder(self._due(due))
        return self._place(order, lease, self._store, PROFILE)


async def _said(_: GiftOrder) -> None:
    """Publishing is the outbox' own; its entries are in the document."""


def _passed(_: str) -> None:
    """A crash point: workers die between two calls here, which is where these are."""
