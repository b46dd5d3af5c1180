"""One lane per store: how many orders wait in it and for what, and a person's hand on it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from giftstream.events.fields import Id
from giftstream.http.access import Access, Caller
from giftstream.http.problems import Problem
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from order_placement.api.persons import person
from order_placement.api.views import LaneView
from order_placement.halts import Halts
from order_placement.store_lanes import StoreLanes

Said = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Who = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Pause(BaseModel):
    """Why, and who says so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Said
    by: Who | None = None


class LaneAnswer(BaseModel):
    """The lane after it; `changed` is False where it was so already."""

    changed: bool = Field(description="Whether this call changed anything.")
    lane: LaneView


def lanes_api(access: Access, lanes: StoreLanes, halts: Halts) -> APIRouter:
    """A brand's key sees its own stores' lanes, and may pause and resume them."""
    router = APIRouter(tags=["lanes"])
    reader = Annotated[Caller, Depends(access.require("orders:read"))]
    writer = Annotated[Caller, Depends(access.require("orders:write"))]

    @router.get("/lanes")
    async def list_lanes(caller: reader) -> list[LaneView]:
        found = await lanes.of_brand(caller.brand_id)
        return [LaneView(**one) for one in found]

    @router.post("/lanes/{store_id}/pause")
    async def pause_lane(store_id: Id, said: Pause, caller: writer) -> LaneAnswer:
        await _require(halts, store_id, caller)
        changed = await halts.halt(store_id, person(caller, said.by), said.reason)
        return LaneAnswer(changed=changed, lane=await _lane(lanes, store_id))

    @router.post("/lanes/{store_id}/resume")
    async def resume_lane(store_id: Id, caller: writer) -> LaneAnswer:
        await _require(halts, store_id, caller)
        changed = await halts.lift(store_id)
        return LaneAnswer(changed=changed, lane=await _lane(lanes, store_id))

    return router


async def _require(halts: Halts, store_id: str, caller: Caller) -> None:
    store = await halts.store(store_id)
    if store is None:
        raise Problem(404, "not_found", "There is no such thing here.")
    caller.sees(store["brand_id"])


async def _lane(lanes: StoreLanes, store_id: str) -> LaneView:
    found = await lanes.of_store(store_id)
    if found is None:
        raise Problem(404, "not_found", "There is no such thing here.")
    return LaneView(**found)
