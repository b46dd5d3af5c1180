"""`GET /messages`: who was told what; never an address, never a text."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from giftstream.http.access import Access, Caller
from giftstream.http.paging import Page, Paged
from giftstream.mongo import Document
from pydantic import BaseModel

from notification.mails.messages import DUE, Messages

Filter = Annotated[str | None, Query(min_length=1, max_length=128)]
Status = Literal["due", "waiting", "sent", "failed", "ambiguous", "overtaken"]


class Message(BaseModel):
    """One message as others may see it. `ambiguous` counts sends whose outcome was lost."""

    message_id: str
    order_id: str | None
    store_id: str | None
    brand_id: str
    template: str
    audience: str
    channel: str
    status: str
    reason: str | None
    attempts: int
    ambiguous: int
    fact_at: datetime
    created_at: datetime
    due_at: datetime | None
    sent_at: datetime | None


def messages_api(messages: Messages, access: Access) -> APIRouter:
    """The routes about messages."""
    router = APIRouter(tags=["messages"])
    reads = Depends(access.require("messages:read"))

    @router.get("/messages")
    async def list_messages(
        paging: Paged,
        caller: Annotated[Caller, reads],
        order_id: Filter = None,
        brand_id: Filter = None,
        status: Status | None = None,
    ) -> Page[Message]:
        """Messages by order, brand or status. A brand's key sees its own brand's alone."""
        asked = {"order_id": order_id, "brand_id": brand_id, "status": status}
        query = {name: value for name, value in asked.items() if value is not None}
        if caller.kind == "brand" and caller.brand_id is not None:
            if brand_id not in (None, caller.brand_id):
                return Page[Message](items=[])
            query["brand_id"] = caller.brand_id
        found = await messages.find(query, paging.after(str), paging.limit + 1)
        return paging.page([shown(one) for one in found], lambda one: (one.message_id,))

    return router


def shown(message: Document) -> Message:
    """A message as answers show it."""
    fields = {name: message.get(name) for name in Message.model_fields if name != "message_id"}
    status = message["status"]
    fields["status"] = "due" if status in DUE else status
    return Message.model_validate({**fields, "message_id": message["_id"]})
