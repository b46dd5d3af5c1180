"""Reading orders."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from giftstream.events import OrderStatus
from giftstream.events.fields import Id
from giftstream.http.access import Access, Caller
from giftstream.http.etags import etag
from giftstream.http.paging import Page, Paged
from giftstream.http.problems import Problem
from giftstream.mongo import Document

from order_placement.api.listing import Listing
from order_placement.api.views import OrderView, PreviewView, order_view, preview_view
from order_placement.blocked import Blocked
from order_placement.orders import Orders, Wanted
from order_placement.preview_order import PreviewOrder

Filter = Annotated[Id | None, Query()]


async def found(orders: Orders, order_id: str, caller: Caller) -> Document:
    """The order, where the caller sees it. Raises Problem 404 else."""
    order = await orders.find(order_id, caller.brand_id)
    if order is None:
        raise Problem(404, "not_found", "There is no such order.")
    return order


def orders_api(
    access: Access, orders: Orders, listing: Listing, blocked: Blocked, preview: PreviewOrder
) -> APIRouter:
    """A brand's key sees its own brand's orders."""
    router = APIRouter(prefix="/orders", tags=["orders"])
    reader = Annotated[Caller, Depends(access.require("orders:read"))]

    @router.get("")
    async def list_orders(
        caller: reader,
        paging: Paged,
        brand_id: Filter = None,
        campaign_id: Filter = None,
        status: OrderStatus | None = None,
        selection_id: Filter = None,
    ) -> Page[OrderView]:
        if brand_id is not None:
            caller.sees(brand_id)
        after = paging.after(datetime, str)
        wanted = Wanted(caller.brand_id or brand_id, campaign_id, status, after)
        return await listing.page(wanted, selection_id, paging)

    @router.get("/{order_id}")
    async def get_order(order_id: str, caller: reader, response: Response) -> OrderView:
        order = await found(orders, order_id, caller)
        response.headers["ETag"] = etag(order["version"])
        return order_view(order, await blocked.of(order))

    @router.get("/{order_id}/preview")
    async def get_preview(order_id: str, caller: reader, response: Response) -> PreviewView:
        order = await found(orders, order_id, caller)
        response.headers["ETag"] = etag(order["version"])
        return preview_view(order, await preview(order), await blocked.of(order), caller)

    return router
