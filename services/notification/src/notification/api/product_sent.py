"""`POST /orders/{id}/product-sent`: the shipping confirmation, when a person asks for it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from giftstream.http.access import Access, Caller
from giftstream.http.idempotency import IdempotencyKeys, idempotent

from notification.api.messages import Message, shown
from notification.mails.confirm_shipping import ConfirmShipping


def product_sent_api(confirm: ConfirmShipping, keys: IdempotencyKeys, access: Access) -> APIRouter:
    """The route of the button "product sent"."""
    router = APIRouter(tags=["messages"])
    writer = Annotated[Caller, Depends(access.require("messages:write"))]

    @router.post("/orders/{order_id}/product-sent", status_code=201, response_model=Message)
    async def product_sent(order_id: str, request: Request, caller: writer) -> Response:
        """Send the creator a shipping confirmation with all tracking there is. Asked again under
        another Idempotency-Key it is sent again; 409 `not_shipped` while nothing has left."""

        async def make(asked_id: str) -> Message:
            return shown(await confirm(order_id, asked_id, caller.brand_id))

        return await idempotent(request, caller, keys, b"", make)

    return router
