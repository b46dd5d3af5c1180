"""Many orders approved by one person's word: read, judged and written a hundred at a time."""

from collections.abc import Sequence

from giftstream.delivery import Put, Transient
from giftstream.http.problems import Problem
from giftstream.mongo import Document

from order_placement.deciding.approve_order import ApproveOrder
from order_placement.deciding.carry_out import CarryOut
from order_placement.deciding.reading_orders import ReadingOrders
from order_placement.order_events import ORDERS
from order_placement.orders import Orders

AT_ONCE = 100

Answer = Document | Problem | Transient
"""The order as approved, why it was not, or that something it needs is away."""


class ApproveOrders:
    """As ApproveOrder for each; one order's refusal keeps no other from being placed."""

    def __init__(
        self, orders: Orders, read: ReadingOrders, approve: ApproveOrder, carry_out: CarryOut
    ) -> None:
        self._orders = orders
        self._read = read
        self._approve = approve
        self._carry_out = carry_out

    async def __call__(
        self, ids: Sequence[str], brand_id: str | None, by: str, overrides: Sequence[str]
    ) -> dict[str, Answer]:
        """An answer for each id."""
        answers: dict[str, Answer] = {}
        for start in range(0, len(ids), AT_ONCE):
            part = ids[start : start + AT_ONCE]
            try:
                answers |= await self._some(part, brand_id, by, overrides)
            except Transient as away:
                answers |= dict.fromkeys(part, away)
        return answers

    async def _some(
        self, ids: Sequence[str], brand_id: str | None, by: str, overrides: Sequence[str]
    ) -> dict[str, Answer]:
        named = await self._orders.named(ids)
        found = [one for one in named if brand_id in (None, one["brand_id"])]
        facts = await self._read(found)
        decide = self._approve.decision(by, overrides)
        answers: dict[str, Answer] = {one: _unknown() for one in ids}
        puts: list[Put] = []
        for order in found:
            current = facts.get(ORDERS, order["_id"]) or order
            try:
                decided = decide(current, facts)
            except Problem as refused:
                answers[order["_id"]] = refused
                continue
            for put in decided:
                facts.fold(put)
                puts.append(put)
            answers[order["_id"]] = facts.get(ORDERS, order["_id"]) or current
        if await self._carry_out(puts):
            return answers
        return {one: await self._again(one, answers[one], brand_id, by, overrides) for one in ids}

    async def _again(
        self,
        order_id: str,
        answer: Answer,
        brand_id: str | None,
        by: str,
        overrides: Sequence[str],
    ) -> Answer:
        """Somebody else wrote one of them meanwhile: each by itself, unless it stands already."""
        if not isinstance(answer, dict):
            return answer
        try:
            order = await self._orders.find(order_id, brand_id)
            if order is not None and order["approved"] == answer["approved"]:
                return order
            return await self._approve(order_id, brand_id, by, overrides)
        except (Problem, Transient) as failed:
            return failed


def _unknown() -> Problem:
    return Problem(404, "not_found", "There is no such order.")
