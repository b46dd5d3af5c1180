"""One lane per store: how many orders wait in it, and what they wait for."""

from typing import Annotated

from fastapi import APIRouter, Depends
from giftstream.http.access import Access, Caller

from order_placement.api.views import LaneView
from order_placement.store_lanes import StoreLanes


def lanes_api(access: Access, lanes: StoreLanes) -> APIRouter:
    """A brand's key sees its own stores' lanes."""
    router = APIRouter(tags=["lanes"])
    reader = Annotated[Caller, Depends(access.require("orders:read"))]

    @router.get("/lanes")
    async def list_lanes(caller: reader) -> list[LaneView]:
        found = await lanes.of_brand(caller.brand_id)
        return [LaneView(**one) for one in found]

    return router
