"""Correcting an order until placing starts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from giftstream.http.access import Access, Caller
from giftstream.http.etags import check_if_match

from order_placement.api.bodies import OrderEdit
from order_placement.api.shown import shown
from order_placement.api.views import OrderView
from order_placement.blocked import Blocked
from order_placement.deciding.edit_order import EditOrder


def edits_api(access: Access, blocked: Blocked, edit: EditOrder) -> APIRouter:
    """A brand's key edits its own brand's orders."""
    router = APIRouter(prefix="/orders", tags=["orders"])
    writer = Annotated[Caller, Depends(access.require("orders:write"))]

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
        return await shown(blocked, order, response)

    return router
