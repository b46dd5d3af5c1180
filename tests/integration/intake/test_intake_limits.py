"""Limits under two replicas, crashes, and changes of campaign and catalog after publishing."""

import itertools
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from support.intake_world import codes
from support.order_placement import OrderPlacement, World
from support.ports import free_port
from support.processes import Process
from support.waiting import until

PRICE = 2490
BUDGET = {"amount": PRICE, "currency": "EUR"}


@asynccontextmanager
async def a_second_replica(placement: OrderPlacement) -> AsyncIterator[None]:
    port = free_port()
    environment = {**placement.environment, "ORDER_PLACEMENT_PORT": str(port)}
    log = placement.process.log.with_name("second.log")
    process = Process(["-m", "order_placement"], environment, log)
    await process.start()
    await process.ready(f"http://127.0.0.1:{port}")
    yield
    await process.end()


async def outcomes(world: World, count: int) -> Counter[tuple[str, ...]]:
    """How many of the campaign's orders, once they are all there, have each status and reasons."""
    await world.running.knows("orders", {"campaign_id": world.campaign_id}, count)
    path = f"/orders?campaign_id={world.campaign_id}&limit=100"
    found = (await world.running.http.get(path)).json()["items"]
    return Counter((one["status"], *codes(one)) for one in found)


async def spent(world: World) -> dict[str, int]:
    """What is counted of the campaign's budget."""
    budget = await world.running.database["budgets"].find_one({"_id": world.campaign_id})
    return dict(budget["spent"]) if budget else {}


async def seen(world: World) -> dict[str, Any]:
    """What the API tells of the campaign's budget."""
    path = f"/campaigns/{world.campaign_id}/budget"
    found: dict[str, Any] = (await world.running.http.get(path)).json()
    return found


async def became(world: World, selection_id: str, *wanted: str) -> dict[str, Any]:
    """The order once it has this status and these reasons."""
    path = f"/orders/{(await world.order(selection_id))['order_id']}"
    return await world.running.when(path, lambda one: [one["status"], *codes(one)] == [*wanted])


LIMITS: dict[str, dict[str, Any]] = {
    "duplicate_order": {"allowance": {"orders_per_creator": 1}},
    "allowance_exceeded": {"allowance": {"items": 1}},
    "campaign_budget_exceeded": {"budget": BUDGET},
}


async def test_of_fifty_at_once_two_replicas_let_one_go_on(placement: OrderPlacement) -> None:
    worlds = {code: await placement.world(limits) for code, limits in LIMITS.items()}
    ids = [f"sel-{n}" for n in range(50)]
    async with a_second_replica(placement):
        for code, world in worlds.items():
            # The budget is shared by all creators; an allowance is one creator's own.
            shared = code == "campaign_budget_exceeded"
            creators = ids if shared else ["the-same"] * len(ids)
            pairs = zip(ids, creators, strict=True)
            await world.submit_spread(*(world.body(one, creator_id=who) for one, who in pairs))
        for code, world in worlds.items():
            assert await outcomes(world, len(ids)) == {("approved",): 1, ("on_hold", code): 49}
    assert await spent(worlds["campaign_budget_exceeded"]) == {"EUR": PRICE}


@pytest.mark.long
async def test_a_kill_between_the_budget_and_the_order_takes_it_once(
    placement: OrderPlacement,
) -> None:
    world = await placement.world({"budget": BUDGET})
    placement.process.signal(signal.SIGTERM)
    await placement.process.ended()
    await placement.process.start(GIFTSTREAM_CRASHPOINT="batch.taken")
    await placement.process.ready(placement.url)
    await world.submit(world.body())
    assert await placement.process.ended() == -signal.SIGKILL
    assert await spent(world) == {"EUR": PRICE}
    await placement.start()
    assert (await world.order())["status"] == "approved"
    assert await spent(world) == {"EUR": PRICE}


async def test_what_is_rejected_cancelled_or_gone_from_the_store_is_given_back_once(
    placement: OrderPlacement,
) -> None:
    budget = {"amount": 3 * PRICE, "currency": "EUR"}
    world = await placement.world({"budget": budget, "allowance": {"items": 3}})
    await world.submit(*(world.body(one) for one in "abc"))
    for selection_id, way in (("a", "reject"), ("b", "cancel")):
        path = f"/orders/{(await world.order(selection_id))['order_id']}/{way}"
        for _ in range(2):
            assert (await placement.post(path)).status_code == 200
    assert await spent(world) == {"EUR": PRICE}
    told = await seen(world)
    assert told["budget"] == budget
    assert told["spent"] == {"amount": PRICE, "currency": "EUR"}
    assert told["left"] == {"amount": 2 * PRICE, "currency": "EUR"}
    order_id = (await world.order("c"))["order_id"]
    # As placing leaves it when a person cancelled meanwhile.
    await placement.database["orders"].update_one(
        {"_id": order_id},
        {
            "$set": {"status": "cancelled", "due_at": None, "gives_back": True},
            "$inc": {"version": 1},
        },
    )

    async def given_back() -> bool:
        found = await placement.database["orders"].find_one({"_id": order_id})
        return found is not None and "gives_back" not in found

    await until(given_back, within_s=20.0, what="the claim given back")
    assert await spent(world) == {"EUR": 0}
    allowance = await placement.database["allowances"].find_one({"campaign_id": world.campaign_id})
    assert allowance is not None
    assert allowance["claims"] == {}


async def test_a_person_passes_over_the_budget_and_is_named(placement: OrderPlacement) -> None:
    world = await placement.world({"budget": {"amount": 0, "currency": "EUR"}})
    await world.submit(world.body())
    held = await became(world, "sel-1", "on_hold", "campaign_budget_exceeded")
    path = f"/orders/{held['order_id']}/place"
    assert (await placement.post(path)).status_code == 409
    placed = await placement.post(path, override=["campaign_budget_exceeded"], by="Zoë")
    assert placed.json()["status"] == "approved"
    assert placed.json()["approved"]["overrides"] == ["campaign_budget_exceeded"]
    assert await spent(world) == {"EUR": PRICE}


async def test_raised_limits_release_what_waited(placement: OrderPlacement) -> None:
    world = await placement.world({"budget": BUDGET, "allowance": {"items": 2}})
    await world.submit(world.body("a"), world.body("b"))
    counted = await outcomes(world, 2)
    assert counted == {("approved",): 1, ("on_hold", "campaign_budget_exceeded"): 1}
    await world.submit(world.body("c", lines=[{"sku": "SKU-2", "quantity": 3}]))
    await world.campaign(budget={"amount": 2 * PRICE, "currency": "EUR"}, allowance={"items": 2})
    for one in "ab":
        await became(world, one, "approved")
    both = ("allowance_exceeded", "campaign_budget_exceeded")
    await became(world, "c", "on_hold", *both)
    await world.campaign(budget="unlimited", allowance={"items": 5})
    await became(world, "c", "approved")


async def test_a_budget_given_later_counts_what_was_given_before(
    placement: OrderPlacement,
) -> None:
    world = await placement.world()
    await world.submit(world.body("a"))
    await became(world, "a", "approved")
    await world.campaign(budget=BUDGET)
    await until_spent(world, PRICE)
    await world.submit(world.body("b"))
    await became(world, "b", "on_hold", "campaign_budget_exceeded")
    assert (await became(world, "a", "approved"))["reasons"] == []
    await world.campaign(budget="unlimited")
    await became(world, "b", "approved")
    await world.campaign(budget={"amount": 2 * PRICE, "currency": "EUR"})
    await until_spent(world, 2 * PRICE)


async def test_other_countries_hold_and_release_open_orders(placement: OrderPlacement) -> None:
    world = await placement.world()
    await world.submit(world.body())
    await became(world, "sel-1", "approved")
    await world.campaign(countries=["FR"])
    held = await became(world, "sel-1", "on_hold", "no_store_for_country")
    assert "ES" in held["reasons"][0]["detail"]
    await world.campaign(countries=["FR", "ES"])
    await became(world, "sel-1", "approved")


async def test_a_product_that_goes_and_comes_back_holds_and_releases_open_orders(
    placement: OrderPlacement,
) -> None:
    world = await placement.world({"auto_approve": False})
    await world.submit(world.body())
    await became(world, "sel-1", "pending_review", "needs_review")
    for gone, code in (
        ({"status": "deleted"}, "product_deleted"),
        ({"campaigns": []}, "product_not_imported"),
    ):
        await world.item("1", **gone)
        await became(world, "sel-1", "on_hold", code)
        await world.item("1")
        await became(world, "sel-1", "pending_review", "needs_review")


async def test_a_campaign_that_pays_instead_or_asks_for_review_reaches_open_orders(
    placement: OrderPlacement,
) -> None:
    world = await placement.world()
    await world.submit(world.body())
    await became(world, "sel-1", "approved")
    await world.campaign(auto_approve=False)
    await became(world, "sel-1", "pending_review", "needs_review")
    await world.campaign(type="paid_only")
    await became(world, "sel-1", "on_hold", "campaign_not_gifting")
    await world.campaign()
    await became(world, "sel-1", "approved")


async def test_a_price_counts_as_it_was_when_the_creator_chose(placement: OrderPlacement) -> None:
    world = await placement.world({"budget": {"amount": 1000 * PRICE, "currency": "EUR"}})
    await world.submit(world.body("a"))
    await became(world, "a", "approved")
    await world.item("1", retail_price={"amount": 2 * PRICE, "currency": "EUR"})
    numbers = itertools.count()

    async def costs_more() -> bool:
        # Batches that follow each other closely use copies that are half a second old.
        selection_id = f"later-{next(numbers)}"
        await world.submit(world.body(selection_id))
        order = await became(world, selection_id, "approved")
        return bool(order["retail_value"]["amount"] == 2 * PRICE)

    await until(costs_more, within_s=20.0, what="the new price counts", every_s=0.1)
    path = f"/orders?campaign_id={world.campaign_id}&limit=100"
    orders = (await placement.http.get(path)).json()["items"]
    assert await spent(world) == {"EUR": sum(one["retail_value"]["amount"] for one in orders)}
    first = await became(world, "a", "approved")
    assert first["retail_value"] == {"amount": PRICE, "currency": "EUR"}


async def until_spent(world: World, amount: int) -> None:
    async def so() -> bool:
        return await spent(world) == {"EUR": amount}

    await until(so, within_s=20.0, what=f"{amount} spent")
