"""Many approved at once: each has its own answer, whoever else writes meanwhile."""

from collections.abc import Sequence
from typing import Any

from giftstream.delivery import Put, Transient
from giftstream.http.problems import Problem
from giftstream.mongo import Document
from order_placement.deciding.approve_order import ApproveOrder
from order_placement.deciding.approve_orders import ApproveOrders
from order_placement.deciding.deciding import Deciding
from order_placement.deciding.judge_order import JudgeOrder
from support.intake_world import Intake, campaign, recipient, sealing


class Stored:
    """Orders, facts and writing in one; of `writes` each is True, False for others who were
    faster, or None for a database that is away."""

    def __init__(self, *writes: bool | None) -> None:
        self.intake = Intake.of(campaigns=[campaign(auto_approve=False)])
        self.writes = list(writes)
        self.written: list[list[Put]] = []

    async def find(self, order_id: str, _brand: str | None) -> Document | None:
        return self.intake.facts.get("orders", order_id)

    async def named(self, ids: Sequence[str]) -> list[Document]:
        return [one for order_id in ids if (one := await self.find(order_id, None))]

    async def read(self, _orders: Sequence[Document], _lines: Any = ()) -> Any:
        facts = Intake.of().facts
        facts._documents = dict(self.intake.facts._documents)
        return facts

    async def carry_out(self, puts: Sequence[Put]) -> bool:
        self.written.append(list(puts))
        holds = self.writes.pop(0) if self.writes else True
        if holds is None:
            raise Transient("away")
        for put in puts if holds else ():
            self.intake.facts.fold(put)
        return holds


def many(stored: Stored) -> ApproveOrders:
    orders: Any = stored
    read: Any = stored.read
    carry_out: Any = stored.carry_out
    approve = ApproveOrder(Deciding(orders, read, carry_out), JudgeOrder(sealing()))
    return ApproveOrders(orders, read, approve, carry_out)


def shown(answer: Any) -> str:
    return str(answer.code if isinstance(answer, Problem) else answer["status"])


async def test_all_are_written_at_once_and_each_is_answered() -> None:
    stored = Stored()
    good, other = (stored.intake.order(selection_id=one) for one in "ab")
    bad = stored.intake.order(selection_id="c", recipient=recipient(email=None))
    ids = [good["_id"], "nothing", bad["_id"], other["_id"]]
    answers = await many(stored)(ids, "acme", "Eva", ())
    assert [shown(answers[one]) for one in ids] == ["approved", "not_found", "on_hold", "approved"]
    assert len(stored.written) == 1
    assert (await stored.named([good["_id"]]))[0]["approved"]["by"] == "Eva"


async def test_another_brands_orders_are_not_there() -> None:
    stored = Stored()
    order = stored.intake.order()
    answers = await many(stored)([order["_id"]], "other", "Eva", ())
    assert shown(answers[order["_id"]]) == "not_found"
    assert stored.written == [[]]


async def test_when_somebody_else_was_faster_each_is_decided_by_itself() -> None:
    stored = Stored(False)
    orders = [stored.intake.order(selection_id=one) for one in "ab"]
    answers = await many(stored)([one["_id"] for one in orders], None, "Eva", ())
    assert [shown(one) for one in answers.values()] == ["approved", "approved"]
    assert len(stored.written) == 3


async def test_what_is_away_is_said_of_each_order() -> None:
    stored = Stored(None)
    order = stored.intake.order()
    answers = await many(stored)([order["_id"]], None, "Eva", ())
    assert isinstance(answers[order["_id"]], Transient)
