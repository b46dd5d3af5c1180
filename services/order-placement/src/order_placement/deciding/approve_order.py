"""A named person says that an order shall be placed."""

from collections.abc import Sequence

from giftstream.clock import now
from giftstream.delivery import Put
from giftstream.events import Reason
from giftstream.http.problems import Problem
from giftstream.mongo import Document

from order_placement.deciding.decided import too_late
from order_placement.deciding.deciding import Decide, Deciding
from order_placement.deciding.edits import Approval
from order_placement.deciding.judge_order import JudgeOrder
from order_placement.intake.facts import IntakeFacts
from order_placement.rules.judging import FOUND_BY_PLACING

PLACEABLE = frozenset({"pending_review", "on_hold"})


class ApproveOrder:
    """From pending_review or on_hold to approved; its lane looks at it at once.

    What only the store knows (stock, totals, its own refusals) is asked there again. A handle that
    was permitted once stays with the order, so placing goes on with it.
    """

    def __init__(self, deciding: Deciding, judge: JudgeOrder) -> None:
        self._deciding = deciding
        self._judge = judge

    async def __call__(
        self, order_id: str, brand_id: str | None, by: str, overrides: Sequence[str] = ()
    ) -> Document:
        """The approved order; one that is approved already keeps its place, with the overrides.

        Raises Problem 409 with every reason that still holds it, each with what to do.
        """

        return await self._deciding(order_id, brand_id, self.decision(by, overrides))

    def decision(self, by: str, overrides: Sequence[str]) -> Decide:
        """The same without reading and writing, for many at once."""

        def decide(order: Document, facts: IntakeFacts) -> tuple[Put, ...]:
            earlier = (order["approved"] or {}).get("overrides", ())
            if order["status"] == "approved" and set(overrides) <= set(earlier):
                return ()
            # An approved one may have been released by a change of the catalog a moment ago; what
            # the person does not mind counts there too, or its lane would hold it once more.
            if order["status"] not in PLACEABLE | {"approved"}:
                raise too_late(order, "placed")
            all_overrides = tuple(sorted({*earlier, *overrides}))
            approval = Approval(by, now(), all_overrides)
            judged = self._judge(order["_id"], facts, approval=approval, cleared=FOUND_BY_PLACING)
            if judged.order["status"] == "on_hold":
                raise still_held(judged.order)
            return judged.puts

        return decide


def still_held(order: Document) -> Problem:
    """All that has to be done before the order can be placed."""
    reasons = [Reason.model_validate(one) for one in order["reasons"]]
    return Problem(409, "on_hold", "The order cannot be placed yet; see the reasons.", reasons)
