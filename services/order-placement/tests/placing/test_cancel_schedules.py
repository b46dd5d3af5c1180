"""A person's cancel at any moment of any interleaving: in the end there is no order, or it is the
store's own no that stands in the way."""

from collections.abc import Sequence
from typing import Any

from giftstream.http.problems import Problem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from order_placement.deciding.cancel_order import CancelOrder
from order_placement.deciding.deciding import Decide
from order_placement.intake.facts import IntakeFacts
from test_schedules import FAULTS, KINDS, ROUNDS, Schedule, finish

CANCELS = {
    "cancel": (3, st.just(("cancel", None, None))),
    "cancel_fault": (2, st.tuples(st.just("fault"), st.just("cancel"), FAULTS)),
}
STEPS = st.sampled_from(
    [kind for kind, (often, _) in (KINDS | CANCELS).items() for _ in range(often)]
).flatmap(lambda kind: (KINDS | CANCELS)[kind][1])


class CancelSchedule(Schedule):
    """With a person who cancels; the decision is the real one, its write a compare-and-set."""

    def cancel(self, *_: None) -> None:
        finish(CancelOrder(self)(self.order_id, None, "Eva"))  # type: ignore[arg-type]  # Deciding without a database

    async def __call__(
        self, _order_id: str, _brand: str | None, decide: Decide, _lines: Sequence[Any] = ()
    ) -> dict[str, Any]:
        facts = IntakeFacts()
        before = {"brand_id": "acme", **self.document}
        facts.add("orders", [before])
        try:
            puts = decide(before, facts)
        except Problem:
            return before
        for put in puts:
            after = {**put.document, "version": before["version"] + 1}
            self.world.database["orders"].documents[self.order_id] = after
        return self.document

    def calm(self) -> None:
        """No more faults; what was under way arrives; the person asks until it is done."""
        store = self.world.store
        store.faults, store.off_by, store.search_is_late = {}, 0, False
        store.arrive()
        for _ in range(ROUNDS):
            for name in list(self.running):
                self.step(name, 50)
                self.check()
            self.cancel()
            if self.document["due_at"] is None and not self.running:
                return
            self.start("A", takes_over=True)
        raise AssertionError(f"not settled: {self.document}")


@settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, min_size=10, max_size=60))
def test_a_cancel_at_any_moment_leaves_no_order(steps: list[tuple[str, Any, Any]]) -> None:
    schedule = CancelSchedule()
    for what, which, how in steps:
        schedule.do(what, which, how)
    schedule.calm()
    assert schedule.world.live(schedule.order_id) == []
    assert schedule.document["status"] in ("cancelled", "placed")
    finish(schedule.world.sweep().sweep("store-es"))
    assert schedule.world.open(schedule.order_id) == []
