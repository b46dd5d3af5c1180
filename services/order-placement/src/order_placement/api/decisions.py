"""People's decisions about orders. Each names who took it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from giftstream.http.access import Access, Caller

from order_placement.api.bodies import Cancellation, Placing, Rejection
from order_placement.api.persons import person
from order_placement.api.shown import shown
from order_placement.api.views import OrderView
from order_placement.blocked import Blocked
from order_placement.deciding.approve_order import ApproveOrder
from order_placement.deciding.cancel_order import CancelOrder
from order_placement.deciding.reject_order import RejectOrder


def placing_api(access: Access, blocked: Blocked, approve: ApproveOrder) -> APIRouter:
    """A brand's key decides about its own brand's orders."""
    router = APIRouter(prefix="/orders", tags=["orders"])
    writer = Annotated[Caller, Depends(access.require("orders:write"))]

    @router.post("/{order_id}/place")
    async def place_order(
        order_id: str, caller: writer, response: Response, body: Placing | None = None
    ) -> OrderView:
        said = body or Placing()
        by = person(caller, said.by)
        return await shown(
            blocked, await approve(order_id, caller.brand_id, by, said.override), response
        )

    return router


def calling_off_api(
    access: Access, blocked: Blocked, reject: RejectOrder, cancel: CancelOrder
) -> APIRouter:
    """That there shall be no order: said before anything is placed, or after."""
    router = APIRouter(prefix="/orders", tags=["orders"])
    writer = Annotated[Caller, Depends(access.require("orders:write"))]

    @router.post("/{order_id}/reject")
    async def reject_order(
        order_id: str, caller: writer, response: Response, body: Rejection | None = None
    ) -> OrderView:
        said = body or Rejection()
        by = person(caller, said.by)
        return await shown(
            blocked, await reject(order_id, caller.brand_id, by, said.reason), response
        )

    @router.post("/{order_id}/cancel")
    async def cancel_order(
        order_id: str, caller: writer, response: Response, body: Cancellation | None = None
    ) -> OrderView:
        """At once while nothing is in the store; else noted (`cancel_requested`), and done there
        by the store's lane. 409 `too_late` once it is fulfilled."""
        said = body or Cancellation()
        by = person(caller, said.by)
        return await shown(
            blocked, await cancel(order_id, caller.brand_id, by, said.reason), response
        )

    return router
