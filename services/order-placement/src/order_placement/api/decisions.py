"""People's decisions about orders. Each names who took it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from giftstream.events import Reason
from giftstream.failures import Transient
from giftstream.http.access import Access, Caller
from giftstream.http.etags import check_if_match, etag
from giftstream.http.problems import Problem
from giftstream.mongo import Document

from order_placement.api.bodies import BulkPlacing, ByPerson, OrderEdit, Placing, Rejection
from order_placement.api.views import BulkAnswer, OrderView, order_view
from order_placement.blocked import Blocked
from order_placement.deciding.approve_order import ApproveOrder
from order_placement.deciding.cancel_order import CancelOrder
from order_placement.deciding.edit_order import EditOrder
from order_placement.deciding.reject_order import RejectOrder


def person(caller: Caller, by: str | None) -> str:
    """Who decided: the name given, vouched for by the key that was used."""
    return f"{by} ({caller.name})" if by else caller.name


def decisions_api(
    access: Access,
    blocked: Blocked,
    edit: EditOrder,
    approve: ApproveOrder,
    reject: RejectOrder,
    cancel: CancelOrder,
) -> APIRouter:
    """A brand's key decides about its own brand's orders."""
    router = APIRouter(prefix="/orders", tags=["orders"])
    writer = Annotated[Caller, Depends(access.require("orders:write"))]

    async def shown(order: Document, response: Response) -> OrderView:
        response.headers["ETag"] = etag(order["version"])
        return order_view(order, await blocked.of(order))

    @router.post("/place")
    async def place_many(body: BulkPlacing, caller: writer) -> list[BulkAnswer]:
        by = person(caller, body.by)
        ids = dict.fromkeys(body.order_ids)
        return [await _placed(approve, order_id, caller, by, body) for order_id in ids]

    @router.patch("/{order_id}")
    async def edit_order(
        order_id: str, body: OrderEdit, request: Request, caller: writer, response: Response
    ) -> OrderView:
        order = await edit(
            order_id,
            caller.brand_id,
            lambda version: check_if_match(request, version),
            body.recipient.correct if body.recipient else None,
            body.lines,
            body.shipping_method,
        )
        return await shown(order, response)

    @router.post("/{order_id}/place")
    async def place(
        order_id: str, caller: writer, response: Response, body: Placing | None = None
    ) -> OrderView:
        said = body or Placing()
        by = person(caller, said.by)
        return await shown(await approve(order_id, caller.brand_id, by, said.override), response)

    @router.post("/{order_id}/reject")
    async def reject_order(
        order_id: str, caller: writer, response: Response, body: Rejection | None = None
    ) -> OrderView:
        said = body or Rejection()
        by = person(caller, said.by)
        return await shown(await reject(order_id, caller.brand_id, by, said.reason), response)

    @router.post("/{order_id}/cancel")
    async def cancel_order(
        order_id: str, caller: writer, response: Response, body: ByPerson | None = None
    ) -> OrderView:
        by = person(caller, body.by if body else None)
        return await shown(await cancel(order_id, caller.brand_id, by), response)

    return router


async def _placed(
    approve: ApproveOrder, order_id: str, caller: Caller, by: str, body: BulkPlacing
) -> BulkAnswer:
    try:
        order = await approve(order_id, caller.brand_id, by, body.override)
    except Problem as problem:
        reasons: list[Reason] = list(problem.reasons)
        return BulkAnswer(
            order_id=order_id,
            placed=False,
            code=problem.code,
            detail=problem.detail,
            reasons=reasons,
        )
    except Transient:
        detail = "Something this needs does not answer; try again."
        return BulkAnswer(order_id=order_id, placed=False, code="unavailable", detail=detail)
    return BulkAnswer(order_id=order_id, placed=True, status=order["status"])
