"""The collection `orders`, and orders brought into the state that a test begins with."""

from typing import Any

from giftstream.events import StoreOrder
from order_placement.placing.gift_order import GiftOrder
from order_placement.placing.placements import Placements
from placing_world import approved_order

STORE_ORDER = StoreOrder(platform="shopify", id="9", number="#9", admin_url="https://x/9")


class Case:
    """`getattr` by a state gives an order in it."""

    def __init__(self, database: Any) -> None:
        self.database = database
        self.orders = Placements(database)

    async def approved(self, **changed: Any) -> GiftOrder:
        order = approved_order(**changed)
        await self.database["orders"].insert_one(order)
        return GiftOrder(order)

    async def claimed(self, epoch: int = 1) -> GiftOrder:
        return held(await self.orders.claim(await self.approved(), epoch))

    async def prepared(self, handle: str = "7") -> GiftOrder:
        return held(await self.orders.save_handle(await self.claimed(), handle))

    async def committing(self, handle: str = "7") -> GiftOrder:
        return held(await self.orders.permit_commit(await self.prepared(handle)))

    async def placed(self) -> GiftOrder:
        """With a cancel noted, so that it is still due."""
        order = await self.committing()
        await self.ask_to_cancel(order)
        return held(await self.orders.record_placed(await self.reread(order), STORE_ORDER))

    async def reread(self, order: GiftOrder) -> GiftOrder:
        return held(await self.orders.find(order.id))

    async def ask_to_cancel(self, order: GiftOrder) -> None:
        update = {"$set": {"placing.cancel_requested": {"by": "eva"}}, "$inc": {"version": 1}}
        await self.database["orders"].update_one({"_id": order.id}, update)


def held(order: GiftOrder | None) -> GiftOrder:
    assert order is not None
    return order
