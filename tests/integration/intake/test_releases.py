"""Each hold is released by repairing its cause: the selection is never sent again."""

from typing import Any

import pytest
from support.intake_world import codes, recipient
from support.order_placement import OrderPlacement, World

REVIEW = {"auto_approve": False}


async def held(world: World, **body: Any) -> dict[str, Any]:
    """A selection's order, on hold."""
    await world.submit(world.body(**body))
    order = await world.order()
    assert order["status"] == "on_hold", order["reasons"]
    return order


async def goes_on(world: World, order: dict[str, Any]) -> None:
    path = f"/orders/{order['order_id']}"
    found = await world.running.when(path, lambda one: one["status"] == "approved")
    assert found["reasons"] == []


@pytest.mark.parametrize(
    ("campaign", "code"),
    [
        ({"type": "paid_only"}, "campaign_not_gifting"),
        ({"status": "draft"}, "campaign_closed"),
        ({"countries": ["FR"]}, "no_store_for_country"),
    ],
)
async def test_a_campaign_that_is_changed_lets_go(
    placement: OrderPlacement, campaign: dict[str, Any], code: str
) -> None:
    world = await placement.world(campaign)
    order = await held(world)
    assert codes(order) == [code]
    await world.campaign()
    await goes_on(world, order)


async def test_a_store_that_sends_there_now_lets_go(placement: OrderPlacement) -> None:
    world = await placement.world()
    await world.store(countries=["FR"])
    await placement.knows("stores", {"_id": world.store_id, "countries": "FR"}, 1)
    order = await held(world)
    assert codes(order) == ["no_store_for_country"]
    await world.store()
    await goes_on(world, order)


async def test_a_shipping_method_that_is_set_lets_go(placement: OrderPlacement) -> None:
    world = await placement.world()
    order = await held(world, recipient=recipient(email=None))
    reasons = [{"code": "shipping_method_missing", "detail": "None.", "path": None}]
    # As the lane leaves it: this reason is found in the store alone.
    await placement.database["orders"].update_one(
        {"_id": order["order_id"]}, {"$set": {"reasons": reasons}, "$inc": {"version": 1}}
    )
    edit = {"recipient": {"email": "ana@example.com"}}
    path = f"/orders/{order['order_id']}"
    assert codes((await placement.http.patch(path, json=edit)).json()) == [
        "shipping_method_missing"
    ]
    await world.store(shipping={"default": "Express", "by_country": {}})
    await goes_on(world, order)


@pytest.mark.parametrize(
    ("status", "code"),
    [("unavailable", "variant_unavailable"), ("deleted", "product_deleted")],
)
async def test_a_product_that_is_back_lets_go(
    placement: OrderPlacement, status: str, code: str
) -> None:
    world = await placement.world()
    await world.item("1", status=status)
    await placement.knows("catalog_items", {"store_id": world.store_id, "status": status}, 1)
    lines = [{"store_id": world.store_id, "variant_ref": "1", "quantity": 1}]
    order = await held(world, lines=lines)
    assert codes(order) == [code]
    await world.item("1")
    await goes_on(world, order)


async def test_a_sku_that_stands_for_one_variant_again_lets_go(placement: OrderPlacement) -> None:
    world = await placement.world()
    await world.item("2", sku="SKU-1")
    same = {"store_id": world.store_id, "sku": "SKU-1"}
    await placement.knows("catalog_items", same, 2)
    order = await held(world)
    assert codes(order) == ["ambiguous_product"]
    await world.item("2", sku="SKU-2")
    await goes_on(world, order)
