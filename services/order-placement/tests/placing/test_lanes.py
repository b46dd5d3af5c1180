"""Lanes on a real MongoDB: leases, epochs, pauses, and replicas that die."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from giftstream.mongo import Database
from order_placement.halts import Halts
from order_placement.orders import Orders
from order_placement.placing.drive_lanes import DriveLanes
from order_placement.placing.gift_order import GiftOrder
from order_placement.placing.lane import Lane
from order_placement.placing.lanes import Lanes, Paused
from order_placement.placing.last_look import LastLook
from order_placement.placing.lease import Lease
from order_placement.placing.limits import Limits
from order_placement.placing.place_order import PlaceOrder
from order_placement.placing.placements import Placements
from order_placement.store import StoreProfile, mark_of
from placing_world import PROFILE, SEALING, approved_order, facts
from store_in_memory import StoreInMemory

LIMITS = Limits(
    lease_s=2.0, renew_s=0.2, store_deadline_s=0.5, settle_s=0.1, shortest_pause_s=0.05,
    longest_pause_s=0.4, probe_s=30.0, lane_concurrency=4, unreachable_before_break=3,
)  # fmt: skip


class StoresInMemory:
    """Several stores by name; what is not there is not connected."""

    def __init__(self) -> None:
        self.stores: dict[str, StoreInMemory] = {}
        self.profiles: dict[str, StoreProfile] = {}

    def open(self, store_id: str) -> StoreInMemory:
        self.stores[store_id] = StoreInMemory()
        self.profiles[store_id] = replace(PROFILE, store_id=store_id)
        return self.stores[store_id]

    async def of(self, store_id: str) -> StoreInMemory:
        return self.stores[store_id]

    async def profile(self, store_id: str) -> StoreProfile | None:
        return self.profiles.get(store_id)


class Replica:
    """All of placing but its service."""

    def __init__(self, database: Database, stores: StoresInMemory, holder: str) -> None:
        placements, look = Placements(database), LastLook(database)
        self.lanes = Lanes(database, holder, LIMITS.lease_s)
        place = PlaceOrder(placements, look, SEALING, self._publish, LIMITS)

        def make_lane(lease: Lease, paused: Paused | None, room: asyncio.Semaphore) -> Lane:
            return Lane(lease, paused, self.lanes, placements, place, stores, LIMITS, room)

        halts = Halts(database)
        self.drive = DriveLanes(self.lanes, placements, make_lane, LIMITS, halts)
        self.task: asyncio.Task[None] | None = None

    async def _publish(self, order: GiftOrder) -> None:
        pass

    def start(self) -> None:
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            await self.drive()
            await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """Nothing is released and nothing ends in order."""
        assert self.task is not None
        self.task.cancel()
        for lane in self.drive._held.values():
            for task in [*lane._in_hand.values(), lane._task]:
                if task is not None:
                    task.cancel()
        await asyncio.sleep(0)


class Stack:
    """A database with facts, stores, and replicas that are ended with the test."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.stores = StoresInMemory()
        self.replicas: list[Replica] = []

    def replica(self, holder: str) -> Replica:
        made = Replica(self.database, self.stores, holder)
        made.start()
        self.replicas.append(made)
        return made

    async def orders(self, store_id: str, number: int) -> list[str]:
        documents = [approved_order(store_id=store_id) for _ in range(number)]
        await self.database["orders"].insert_many(documents)
        return [one["_id"] for one in documents]

    async def until(self, holds: Callable[[], Any], within_s: float = 10.0) -> float:
        """Seconds until it held."""
        began = time.monotonic()
        async with asyncio.timeout(within_s):
            while not await holds():  # noqa: ASYNC110 - MongoDB tells nobody
                await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def placed(self, ids: list[str]) -> int:
        query = {"_id": {"$in": ids}, "status": "placed"}
        return int(await self.database["orders"].count_documents(query))

    async def all_placed(self, ids: list[str]) -> bool:
        return await self.placed(ids) == len(ids)

    async def more_than(self, number: int, ids: list[str]) -> bool:
        return await self.placed(ids) > number

    async def is_paused(self, store_id: str) -> bool:
        return bool((await self.lane(store_id)).get("paused"))

    async def lane(self, store_id: str) -> dict[str, Any]:
        return await self.database["lanes"].find_one({"_id": store_id}) or {}


@pytest.fixture
async def stack(database: Database) -> AsyncIterator[Stack]:
    for name, documents in facts().items():
        await database[name].insert_many(documents)
    for repository in (Orders(database), Placements(database), Lanes(database, "x", 1.0)):
        await repository.ensure_indexes()
    made = Stack(database)
    yield made
    for replica in made.replicas:
        await replica.kill()


async def test_due_orders_of_all_stores_are_placed_once(stack: Stack) -> None:
    stores = {name: stack.stores.open(name) for name in ("one", "two", "three")}
    ids = {name: await stack.orders(name, 20) for name in stores}
    stack.replica("a")
    stack.replica("b")
    await stack.until(lambda: stack.all_placed([one for some in ids.values() for one in some]))
    for name, store in stores.items():
        assert [len(store.live(mark_of(one))) for one in ids[name]] == [1] * 20


async def test_a_selection_is_placed_well_within_a_second(stack: Stack) -> None:
    stack.stores.open("one")
    stack.replica("a")
    for _ in range(3):
        ids = await stack.orders("one", 1)
        assert await stack.until(lambda ids=ids: stack.all_placed(ids)) < 0.8


async def test_a_lane_is_held_by_one_replica_until_its_lease_runs_out(stack: Stack) -> None:
    first, second = (Lanes(stack.database, name, 0.3) for name in "ab")
    taken = await first.take("one")
    assert taken is not None
    assert await second.take("one") is None
    assert await second.held_by_others(["one"]) == {"one"}
    await asyncio.sleep(0.35)
    retaken = await second.take("one")
    assert retaken is not None
    assert retaken[0].epoch == taken[0].epoch + 1
    assert await first.renew([taken[0]]) == set()


async def test_a_renewed_lease_counts_from_when_it_was_sent(stack: Stack) -> None:
    lanes = Lanes(stack.database, "a", 5.0)
    taken = await lanes.take("one")
    assert taken is not None
    lease = taken[0]
    await asyncio.sleep(0.2)
    assert 4.0 < lease.left_s < 4.85
    assert await lanes.renew([lease]) == {"one"}
    assert lease.left_s > 4.9
    assert await lease.covers(4.0, wait_s=0.0)
    assert not await lease.covers(5.1, wait_s=0.05)


async def test_a_restarted_replica_goes_on_at_once_with_what_it_left(stack: Stack) -> None:
    store = stack.stores.open("one")
    ids = await stack.orders("one", 60)
    replica = stack.replica("a")
    await stack.until(lambda: stack.more_than(4, ids))
    await replica.kill()
    done = await stack.placed(ids)
    stack.replica("a")
    assert await stack.until(lambda: stack.more_than(done, ids)) < 1.0, "long before the lease ends"
    await stack.until(lambda: stack.all_placed(ids))
    assert [len(store.live(mark_of(one))) for one in ids] == [1] * 60


async def test_another_replica_takes_over_when_the_lease_has_run_out(stack: Stack) -> None:
    store = stack.stores.open("one")
    ids = await stack.orders("one", 60)
    replica = stack.replica("a")
    await stack.until(lambda: stack.more_than(4, ids))
    await replica.kill()
    stack.replica("b")
    await stack.until(lambda: stack.all_placed(ids))
    assert [len(store.live(mark_of(one))) for one in ids] == [1] * 60


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


async def test_a_persons_pause_stands_until_a_person_lifts_it(stack: Stack) -> None:
    store, halts = stack.stores.open("one"), Halts(stack.database)
    ids = await stack.orders("one", 200)
    stack.replica("a")
    await stack.until(lambda: stack.more_than(4, ids))
    assert await halts.halt("one", "Eve", "Stocktaking.")
    assert not await halts.halt("one", "Adam", "Too late."), "the first stays on record"
    await asyncio.sleep(0.5)
    done = await stack.placed(ids)
    profile = stack.stores.profiles["one"]
    stack.stores.profiles["one"] = replace(profile, revision=profile.revision + 1)
    await asyncio.sleep(0.5)
    assert await stack.placed(ids) == done < 200
    assert (await stack.lane("one"))["halted"]["by"] == "Eve"
    assert await halts.lift("one")
    await stack.until(lambda: stack.all_placed(ids))
    assert [len(store.live(mark_of(one))) for one in ids] == [1] * 200


async def test_at_a_shutdown_lanes_are_free_at_once(stack: Stack) -> None:
    stack.stores.open("one")
    ids = await stack.orders("one", 3)
    replica = stack.replica("a")
    await stack.until(lambda: stack.all_placed(ids))
    assert replica.task is not None
    replica.task.cancel()
    await replica.drive.stop()
    assert await Lanes(stack.database, "b", 1.0).take("one") is not None


async def test_a_lane_is_swept_once_in_a_while(stack: Stack) -> None:
    lanes = Lanes(stack.database, "a", 1.0)
    await lanes.take("one")
    assert await lanes.to_sweep(60.0) == "one"
    assert await lanes.to_sweep(60.0) is None
    assert await lanes.to_sweep(0.0) == "one"
