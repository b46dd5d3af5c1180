"""What other services may ask: the recipient of an order, at the moment of a mail."""

from typing import Annotated

from fastapi import APIRouter, Depends
from giftstream.events import Recipient
from giftstream.http.access import Access, Caller
from giftstream.http.problems import Problem
from giftstream.sealing import Sealing

from order_placement.orders import Orders
from order_placement.recipients import open_recipient


def internal_api(access: Access, orders: Orders, sealing: Sealing) -> APIRouter:
    """For services alone, with their tokens."""
    router = APIRouter(prefix="/internal", tags=["internal"])
    service = Annotated[Caller, Depends(access.internal())]

    @router.get("/orders/{order_id}/recipient")
    async def get_recipient(order_id: str, caller: service) -> Recipient:
        order = await orders.find(order_id, caller.brand_id)
        if order is None:
            raise Problem(404, "not_found", "There is no such order.")
        return open_recipient(sealing, order)

    return router
