"""Lanes whose store is away, or does not let us in."""

import asyncio
from dataclasses import replace

from lanes_world import Stack
from order_placement.store import mark_of


async def test_a_dead_store_holds_up_no_other(stack: Stack) -> None:
    dead, well = stack.stores.open("dead"), stack.stores.open("well")
    dead.faults = {"stock": ["unreachable"] * 10_000}
    await stack.orders("dead", 50)
    stack.replica("a")
    await asyncio.sleep(0.5)
    ids = await stack.orders("well", 30)
    assert await stack.until(lambda: stack.all_placed(ids)) < 2.0
    assert len(dead.calls) < 40, "the breaker asks less and less often"
    assert well.calls.count("commit") == 30


async def test_a_store_that_answers_now_and_then_is_not_left_alone(stack: Stack) -> None:
    store = stack.stores.open("one")
    store.faults = {"prepare": ["unreachable"] * 40}
    ids = await stack.orders("one", 20)
    stack.replica("a")
    # Stock is answered each time; a breaker that opened would let one order try at a time.
    assert await stack.until(lambda: stack.all_placed(ids)) < 5.0
    assert store.faults["prepare"] == []


async def test_a_store_that_comes_back_gets_its_orders(stack: Stack) -> None:
    store = stack.stores.open("one")
    store.faults = {"stock": ["unreachable"] * 8}
    ids = await stack.orders("one", 10)
    stack.replica("a")
    await stack.until(lambda: stack.all_placed(ids))


async def test_lost_access_pauses_the_lane_and_changes_no_order(stack: Stack) -> None:
    store = stack.stores.open("one")
    store.faults = {"stock": ["access_lost"] * 10_000}
    ids = await stack.orders("one", 20)
    stack.replica("a")
    await stack.until(lambda: stack.is_paused("one"))
    paused = (await stack.lane("one"))["paused"]
    assert (paused["code"], paused["missing"]) == ("permission_denied", ["write_draft_orders"])
    await asyncio.sleep(0.5)
    statuses = {one["status"] async for one in stack.database["orders"].find({})}
    assert statuses == {"approved"}
    assert len(store.calls) < 12, "nothing is tried while nobody has reconnected the store"
    store.faults = {}
    stack.stores.profiles["one"] = replace(stack.stores.profiles["one"], revision=2)
    await stack.until(lambda: stack.all_placed(ids))
    assert (await stack.lane("one"))["paused"] is None
    assert [len(store.live(mark_of(one))) for one in ids] == [1] * 20


async def test_a_refusal_that_ends_by_itself_keeps_the_lane_for_a_moment_only(
    stack: Stack,
) -> None:
    store = stack.stores.open("one")
    store.faults = {"stock": ["access_lost"]}
    ids = await stack.orders("one", 20)
    stack.replica("a")
    assert await stack.until(lambda: stack.all_placed(ids)) < 5.0
    assert (await stack.lane("one"))["paused"] is None


async def test_a_store_that_is_not_connected_is_not_called(stack: Stack) -> None:
    store = stack.stores.open("one")
    blocked = (("store_disconnected", "The app was removed."),)
    profile = stack.stores.profiles["one"]
    stack.stores.profiles["one"] = replace(profile, status="disconnected", blocked_by=blocked)
    ids = await stack.orders("one", 2)
    stack.replica("a")
    await stack.until(lambda: stack.is_paused("one"))
    assert (await stack.lane("one"))["paused"]["detail"] == "The app was removed."
    assert store.calls == []
    stack.stores.profiles["one"] = replace(profile, revision=2)
    await stack.until(lambda: stack.all_placed(ids))
