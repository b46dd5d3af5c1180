"""Lanes on a real MongoDB: leases, epochs, pauses of people, and replicas that die."""

import asyncio
import time
from dataclasses import replace
from typing import Any

from lanes_world import Stack
from order_placement.halts import Halts
from order_placement.placing.lanes import Lanes, Paused
from order_placement.placing.lease import Lease
from order_placement.store import mark_of


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


async def test_a_permission_waits_for_a_renewal_that_covers_the_call() -> None:
    lease = Lease("one", 1, 5.0, time.monotonic() - 3.0)
    for old_s, covered in ((1.0, False), (0.0, True)):
        waiting = asyncio.create_task(lease.covers(4.2, wait_s=5.0))
        await asyncio.sleep(0)
        lease.renewed(time.monotonic() - old_s)
        assert await waiting is covered


class Late:
    """A collection whose answers come so long after MongoDB has done what it was asked."""

    def __init__(self, collection: Any, late_s: float) -> None:
        self._collection = collection
        self._late_s = late_s

    def __getattr__(self, name: str) -> Any:
        async def answered(*asked: Any, **options: Any) -> Any:
            answer = await getattr(self._collection, name)(*asked, **options)
            await asyncio.sleep(self._late_s)
            return answer

        return answered


async def test_a_late_answer_makes_a_lease_no_longer(stack: Stack) -> None:
    database: Any = {"lanes": Late(stack.database["lanes"], 0.3)}
    lanes = Lanes(database, "a", 5.0)
    taken = await lanes.take("one")
    assert taken is not None
    assert taken[0].left_s <= 4.7
    assert await lanes.renew([taken[0]]) == {"one"}
    assert taken[0].left_s <= 4.7


async def test_a_lease_of_before_renews_pauses_and_frees_nothing(stack: Stack) -> None:
    lanes = Lanes(stack.database, "a", 5.0)
    before, now = await lanes.take("one"), await lanes.take("one")
    assert before is not None
    assert now is not None
    assert await lanes.renew([before[0]]) == set()
    await lanes.pause(before[0], Paused("store_disconnected", "The app was removed."))
    await lanes.release([before[0]])
    assert (await stack.lane("one")).get("paused") is None
    assert await Lanes(stack.database, "b", 5.0).take("one") is None


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
