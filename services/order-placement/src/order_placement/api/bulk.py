"""Many orders placed by one request; each says what became of it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from giftstream.failures import Transient
from giftstream.http.access import Access, Caller
from giftstream.http.problems import Problem

from order_placement.api.bodies import BulkPlacing
from order_placement.api.persons import person
from order_placement.api.views import BulkAnswer
from order_placement.deciding.approve_orders import Answer, ApproveOrders


def bulk_api(access: Access, approve: ApproveOrders) -> APIRouter:
    """One order's refusal keeps no other from being placed."""
    router = APIRouter(prefix="/orders", tags=["orders"])
    writer = Annotated[Caller, Depends(access.require("orders:write"))]

    @router.post("/place")
    async def place_orders(body: BulkPlacing, caller: writer) -> list[BulkAnswer]:
        """Each order has its own answer; one's refusal keeps no other from being placed."""
        ids = list(dict.fromkeys(body.order_ids))
        by = person(caller, body.by)
        answers = await approve(ids, caller.brand_id, by, body.override)
        return [_answered(order_id, answers[order_id]) for order_id in ids]

    return router


def _answered(order_id: str, answer: Answer) -> BulkAnswer:
    if isinstance(answer, Problem):
        return BulkAnswer(
            order_id=order_id,
            placed=False,
            code=answer.code,
            detail=answer.detail,
            reasons=list(answer.reasons),
        )
    if isinstance(answer, Transient):
        detail = "Something this needs does not answer; try again."
        return BulkAnswer(order_id=order_id, placed=False, code="unavailable", detail=detail)
    return BulkAnswer(order_id=order_id, placed=True, status=answer["status"])
