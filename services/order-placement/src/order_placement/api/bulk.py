"""Many orders placed by one request; each says what became of it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from giftstream.failures import Transient
from giftstream.http.access import Access, Caller
from giftstream.http.problems import Problem

from order_placement.api.bodies import BulkPlacing
from order_placement.api.persons import person
from order_placement.api.views import BulkAnswer
from order_placement.deciding.approve_order import ApproveOrder


def bulk_api(access: Access, approve: ApproveOrder) -> APIRouter:
    """One order's refusal keeps no other from being placed."""
    router = APIRouter(prefix="/orders", tags=["orders"])
    writer = Annotated[Caller, Depends(access.require("orders:write"))]

    @router.post("/place")
    async def place_orders(body: BulkPlacing, caller: writer) -> list[BulkAnswer]:
        """Each order has its own answer; one's refusal keeps no other from being placed."""
        by = person(caller, body.by)
        ids = dict.fromkeys(body.order_ids)
        return [await _placed(approve, order_id, caller, by, body) for order_id in ids]

    return router


async def _placed(
    approve: ApproveOrder, order_id: str, caller: Caller, by: str, body: BulkPlacing
) -> BulkAnswer:
    try:
        order = await approve(order_id, caller.brand_id, by, body.override)
    except Problem as problem:
        return BulkAnswer(
            order_id=order_id,
            placed=False,
            code=problem.code,
            detail=problem.detail,
            reasons=list(problem.reasons),
        )
    except Transient:
        detail = "Something this needs does not answer; try again."
        return BulkAnswer(order_id=order_id, placed=False, code="unavailable", detail=detail)
    return BulkAnswer(order_id=order_id, placed=True, status=order["status"])
