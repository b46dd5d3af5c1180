"""Until when an order may be edited, rejected, cancelled and placed by a person."""

from collections.abc import Sequence
from typing import Any

import pytest
from giftstream.http.problems import Problem
from giftstream.mongo import Document
from order_placement.deciding.approve_order import ApproveOrder
from order_placement.deciding.cancel_order import CancelOrder
from order_placement.deciding.deciding import Decide
from order_placement.deciding.edit_order import EditOrder
from order_placement.deciding.edits import is_editable, is_open
from order_placement.deciding.judge_order import JudgeOrder
from order_placement.deciding.reject_order import RejectOrder
from support.intake_world import Intake, codes, sealing

JUDGE = JudgeOrder(sealing())


class Deciding:
    """Decides about one order, which is in this state."""

    def __init__(self, status: str, phase: str | None = None, handle: str | None = None) -> None:
        self.intake = Intake.of()
        order = self.intake.order()
        placing = {**order["placing"], "phase": phase, "handle": handle}
        self.order: Document = {**order, "status": status, "placing": placing, "version": 4}
        self.puts: Sequence[Any] = ()

    async def __call__(
        self, order_id: str, brand_id: str | None, decide: Decide, lines: Sequence[Any] = ()
    ) -> Document:
        self.intake.facts.add("orders", [self.order])
        self.puts = decide(self.order, self.intake.facts)
        return next((p.document for p in self.puts if p.collection == "orders"), self.order)


def deciding(*state: Any) -> Any:
    return Deciding(*state)


@pytest.mark.parametrize(
    ("state", "is_open_", "editable"),
    [
        (("pending_review",), True, True),
        (("approved",), True, True),
        (("on_hold", "held"), True, True),
        (("on_hold", "held", "7"), False, True),
        (("approved", "held", "7"), False, True),
        (("placing", "intent"), False, False),
        (("placing", "prepared", "7"), False, False),
        (("placing", "committing", "7"), False, False),
        (("approved", "intent"), False, False),
        (("placed", "placed", "7"), False, False),
        (("cancelled", "held"), False, False),
        (("rejected",), False, False),
    ],
)
async def test_what_nobody_has_begun_may_be_changed(
    state: tuple[Any, ...], is_open_: bool, editable: bool
) -> None:
    order = deciding(*state).order
    assert (is_open(order), is_editable(order)) == (is_open_, editable)


@pytest.mark.parametrize(
    "state", [("placing", "intent"), ("on_hold", "held", "7"), ("placed", "placed", "7")]
)
async def test_what_may_be_in_the_store_is_not_rejected(state: tuple[Any, ...]) -> None:
    one = deciding(*state)
    with pytest.raises(Problem) as late:
        await RejectOrder(one)(one.order["_id"], None, "Eva", None)
    assert (late.value.status, late.value.code) == (409, "too_late")


@pytest.mark.parametrize("status", ["rejected", "cancelled", "placing", "placed", "delivered"])
async def test_what_was_called_off_or_has_begun_is_not_placed_again(status: str) -> None:
    one = deciding(status)
    with pytest.raises(Problem) as late:
        await ApproveOrder(one, JUDGE)(one.order["_id"], None, "Eva")
    assert late.value.code == "too_late"


async def test_an_edit_of_what_changed_meanwhile_writes_nothing() -> None:
    one = deciding("approved")
    seen: list[int] = []

    def expects(version: int) -> None:
        seen.append(version)
        raise Problem(412, "stale", "Read it again.")

    with pytest.raises(Problem):
        await EditOrder(one, JUDGE, sealing())(one.order["_id"], None, expects)
    assert (seen, one.puts) == ([4], ())


@pytest.mark.parametrize("state", [("placing", "intent"), ("approved", "intent"), ("placed",)])
async def test_what_has_begun_is_not_edited(state: tuple[Any, ...]) -> None:
    one = deciding(*state)
    with pytest.raises(Problem) as late:
        await EditOrder(one, JUDGE, sealing())(one.order["_id"], None, lambda _: None)
    assert late.value.code == "too_late"


@pytest.mark.parametrize(
    ("state", "status", "noted"),
    [
        (("pending_review",), "cancelled", False),
        (("on_hold", "held"), "cancelled", False),
        (("placing", "intent"), "placing", True),
        (("placing", "committing", "7"), "placing", True),
        # The store refused the commit and may have the draft still: placing looks first.
        (("on_hold", "held", "7"), "placing", True),
        (("placed", "placed", "7"), "placed", True),
        (("partially_fulfilled", "placed", "7"), "partially_fulfilled", True),
    ],
)
async def test_a_cancel_is_done_at_once_or_noted_and_due(
    state: tuple[Any, ...], status: str, noted: bool
) -> None:
    one = deciding(*state)
    order = await CancelOrder(one)(one.order["_id"], None, "Eva", "Sent twice.")
    assert order["status"] == status
    assert bool(order["placing"]["cancel_requested"]) is noted
    assert (order["due_at"] is not None) is noted
    if not noted:
        assert codes(order) == ["cancelled_by_person"]


async def test_a_cancel_that_is_noted_already_stands_with_its_words() -> None:
    one = deciding("placing", "intent")
    one.order = await CancelOrder(one)(one.order["_id"], None, "Eva", "Sent twice.")
    again = await CancelOrder(one)(one.order["_id"], None, "Adam", "Other words.")
    assert (again["placing"]["cancel_requested"]["by"], one.puts) == ("Eva", ())


@pytest.mark.parametrize("status", ["fulfilled", "in_transit", "delivered", "returned", "rejected"])
async def test_what_has_left_the_store_is_not_cancelled(status: str) -> None:
    one = deciding(status, "placed", "7")
    one.order["store_order"] = {"platform": "shopify", "id": "9"}
    with pytest.raises(Problem) as late:
        await CancelOrder(one)(one.order["_id"], None, "Eva")
    assert late.value.code == "too_late"
