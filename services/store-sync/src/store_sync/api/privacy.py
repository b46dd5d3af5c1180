"""What stores asked of us about people, without saying about whom."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from giftstream.http.access import Access, Caller
from giftstream.http.paging import Page, Paged
from giftstream.mongo import Document
from pydantic import BaseModel

from store_sync.privacy_requests import PrivacyRequests

Visible = Callable[[Caller, str], Awaitable[Document]]


class ShownRequest(BaseModel):
    """A request of `customers/data_request`, `customers/redact` or `shop/redact`."""

    request_id: str
    store_id: str
    topic: str
    status: Literal["open", "done"]
    triggered_at: datetime | None
    received_at: datetime
    act_by: datetime


def privacy_api(access: Access, visible: Visible, requests: PrivacyRequests) -> APIRouter:
    """GET /stores/{id}/privacy-requests."""
    router = APIRouter(tags=["stores"])
    reader = Annotated[Caller, Depends(access.require("stores:read"))]

    @router.get("/stores/{store_id}/privacy-requests")
    async def list_privacy_requests(
        store_id: str, paging: Paged, caller: reader
    ) -> Page[ShownRequest]:
        await visible(caller, store_id)
        after = paging.after(datetime, str)
        found = await requests.page(store_id, after, paging.limit + 1)
        shown = [ShownRequest.model_validate({**one, "request_id": one["_id"]}) for one in found]
        return paging.page(shown, lambda one: (one.received_at, one.request_id))

    return router
