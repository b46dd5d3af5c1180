"""Placing, whole, against the simulated shop: one live order each, whatever goes wrong."""

import asyncio
from dataclasses import replace

import pytest
from placing_world import AT_ONCE, PROFILE, World, codes, line
from simulated_shop import OpenShop, SimulatedShop

CALLS = ["draftOrderCreate", "draftOrder", "draftOrderComplete"]
FAULTS = [
    "reset_before",
    "reset_after_commit",
    "hang_after_commit",
    "server_error",
    "throttle",
    "html",
    "truncated",
]
SHORT_S = 0.6
LIMITS = replace(AT_ONCE, shortest_pause_s=0.05, longest_pause_s=0.2, settle_s=0.05)


class ShopWorld(World):
    """The small world with a simulated shop in the place of the store in memory."""


def world_of(shop: SimulatedShop) -> ShopWorld:
    world = ShopWorld(store=shop.store, limits=LIMITS, profile=PROFILE)  # type: ignore[arg-type]  # the real connector
    for ref in shop.variants:
        item = {"_id": f"item-{ref}", "campaigns": ["spring"], "status": "active"}
        world.database["catalog_items"].documents[item["_id"]] = item
    return world


async def placed(world: ShopWorld, shop: SimulatedShop, quantity: int = 1) -> str:
    """An order through until it is placed or held."""
    order_id = await world.add(lines=[line(shop.variants[0], quantity)])
    async with asyncio.timeout(20):
        while (await world.order(order_id)).status not in ("placed", "on_hold"):
            await world.once(order_id)
            await asyncio.sleep(0.02)
    return order_id


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", CALLS)
async def test_one_live_order_whatever_a_call_does(
    open_shop: OpenShop, call: str, fault: str
) -> None:
    shop = await open_shop(deadline_s=2 * SHORT_S)
    world = world_of(shop)
    await shop.fault(fault, call, delay_ms=2000)
    order_id = await placed(world, shop)
    order = await world.order(order_id)
    assert order.status == "placed"
    assert await shop.live(order_id) == [order.document["store_order"]["id"]]
    assert order.unknown_since is None
    assert order.document["reasons"] == []
    calls = await shop.ledger("call")
    assert [one["detail"]["fault"] for one in calls if one["detail"].get("fault")] == [fault]


async def test_a_late_search_prepares_twice_and_commits_once(open_shop: OpenShop) -> None:
    shop = await open_shop()
    world = world_of(shop)
    await shop.fault("reset_after_commit", "draftOrderCreate")
    await shop.fault("search_lag", "draftOrders", delay_ms=60_000)
    order_id = await placed(world, shop)
    assert len(await shop.ledger("prepared")) == 2
    assert len(await shop.live(order_id)) == 1
    await asyncio.sleep(1.1)  # drafts are listed by the second in which they were made
    assert await world.sweep().sweep(shop.id) == 1
    assert len(await shop.live(order_id)) == 1
    assert len(await shop.ledger("discarded")) == 1


async def test_a_total_that_is_off_holds_and_leaves_nothing(open_shop: OpenShop) -> None:
    shop = await open_shop()
    world = world_of(shop)
    await shop.fault("total_off", "draftOrderCreate")
    order_id = await placed(world, shop)
    assert codes(await world.order(order_id)) == ["total_not_zero"]
    assert await shop.live(order_id) == []
    assert len(await shop.ledger("discarded")) == 1


async def test_a_shop_without_stock_holds_and_an_override_places(open_shop: OpenShop) -> None:
    shop = await open_shop(stock=1)
    world = world_of(shop)
    order_id = await placed(world, shop, quantity=2)
    held = await world.order(order_id)
    assert codes(held) == ["out_of_stock"]
    assert await shop.ledger("prepared") == []
    world.database["orders"].documents[order_id] |= {
        "status": "approved",
        "approved": {"by": "eva", "overrides": ["out_of_stock"]},
        "due_at": held.document["created_at"],
    }
    async with asyncio.timeout(10):
        while (await world.order(order_id)).status != "placed":
            await world.once(order_id)
    assert len(await shop.live(order_id)) == 1


async def test_a_variant_that_was_deleted_holds(open_shop: OpenShop) -> None:
    shop = await open_shop()
    world = world_of(shop)
    await shop.variant(shop.variants[0], deleted=True)
    order_id = await placed(world, shop)
    assert codes(await world.order(order_id)) == ["product_deleted"]


async def test_a_country_that_the_shop_does_not_serve_is_refused_in_its_words(
    open_shop: OpenShop,
) -> None:
    shop = await open_shop(ships_to=["US"])
    world = world_of(shop)
    order_id = await placed(world, shop)
    order = await world.order(order_id)
    assert codes(order) == ["store_rejected"]
    assert "can't be shipped" in order.document["reasons"][0]["detail"]
    assert await shop.live(order_id) == []
