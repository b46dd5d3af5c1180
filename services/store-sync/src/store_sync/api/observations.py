"""What was seen of an order in its store."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from giftstream.events import Difference, Shipment, ShipmentLine, StoreOrder, StoreStatus
from giftstream.http.access import Access, Caller
from giftstream.http.problems import Problem
from pydantic import BaseModel

from store_sync.followed_orders import FollowedOrders


class ShownObservation(BaseModel):
    """One reading that differed from the one before, and the events it caused."""

    observation: int
    store_status: StoreStatus
    shipments: list[Shipment]
    cancelled_at: datetime | None
    returned_lines: list[ShipmentLine]
    difference: list[Difference]
    events: list[str]
    observed_at: datetime
    source: str


class ShownFollowed(BaseModel):
    """An order as the store shows it; `verified_at` is when it was last read there."""

    order_id: str
    store_id: str
    store_order: StoreOrder
    observation: int
    verified_at: datetime | None
    items: list[ShownObservation]
    next: None = None


def observations_api(access: Access, orders: FollowedOrders) -> APIRouter:
    """GET /orders/{id}/observations."""
    router = APIRouter(tags=["orders"])
    reader = Annotated[Caller, Depends(access.require("orders:read"))]

    @router.get("/orders/{order_id}/observations")
    async def list_observations(order_id: str, caller: reader) -> ShownFollowed:
        order: dict[str, Any] | None = await orders.get(order_id)
        if order is None:
            raise Problem(404, "not_found", "There is no such thing here.")
        caller.sees(order["brand_id"])
        return ShownFollowed.model_validate(
            {**order, "order_id": order["_id"], "items": order["observations"]}
        )

    return router
