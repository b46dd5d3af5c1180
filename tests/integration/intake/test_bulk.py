"""A thousand orders placed by one request, each with its own answer."""

import time

import pytest
from support.order_placement import OrderPlacement

MOST = 1000


@pytest.mark.long
async def test_a_thousand_are_placed_by_one_request(placement: OrderPlacement) -> None:
    world = await placement.world({"auto_approve": False})
    await world.submit(*(world.body(f"s{n}", creator_id=f"cr-{n}") for n in range(MOST)))
    await placement.knows("orders", {"brand_id": world.brand_id}, MOST)
    found = placement.database["orders"].find({"brand_id": world.brand_id}, {"_id": 1})
    ids = [one["_id"] async for one in found]
    too_many = await placement.post("/orders/place", order_ids=[*ids, "one-more"])
    assert too_many.status_code == 422
    started = time.monotonic()
    answers = (await placement.post("/orders/place", order_ids=ids, by="Zoë")).json()
    assert time.monotonic() - started < 20.0, "within what a client waits for"
    assert [one["order_id"] for one in answers] == ids
    assert all(one["placed"] for one in answers)
    again = (await placement.post("/orders/place", order_ids=ids[:10])).json()
    assert all(one["placed"] for one in again), "asking twice is harmless"
