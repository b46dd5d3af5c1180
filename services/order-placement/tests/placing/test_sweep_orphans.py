"""What nobody wants goes, recorded first; what somebody stored stays."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from giftstream.clock import now
from giftstream_platforms.failures import StoreRefused
from order_placement.store import MarkedHandle, mark_of
from placing_world import AT_ONCE, STORE, Stopped, World
from store_in_memory import StoreInMemory


async def orphan(world: World, order_id: str) -> str:
    """A draft of the order that nobody stored: its answer was lost, and the search was late."""
    world.store.faults = {"prepare": ["lost_after"]}
    world.store.search_is_late = True
    await world.until_settled(order_id)
    (handle,) = world.store.open(mark_of(order_id))
    return handle


async def test_an_orphan_is_recorded_and_removed(world: World) -> None:
    order_id = await world.add()
    handle = await orphan(world, order_id)
    assert await world.sweep().sweep(STORE) == 1
    assert handle in (await world.order(order_id)).discarded
    assert world.open(order_id) == []
    assert len(world.live(order_id)) == 1


class Young(StoreInMemory):
    """Has prepared all that it has just now."""

    async def open_marked(self, created_before: datetime) -> list[MarkedHandle]:
        found = await super().open_marked(created_before)
        return found if created_before > now() - timedelta(minutes=1) else []


async def test_a_sweep_starts_late() -> None:
    world = World(store=Young(), limits=replace(AT_ONCE, sweep_after_s=3600.0))
    order_id = await world.add()
    handle = await orphan(world, order_id)
    assert await world.sweep().sweep(STORE) == 0
    assert handle in world.open(order_id)


@pytest.mark.parametrize("point", ["sweep.listed", "sweep.discarded"])
async def test_a_sweeper_may_die_anywhere(world: World, point: str) -> None:
    order_id = await world.add()
    await orphan(world, order_id)
    world.stop_at = point
    with pytest.raises(Stopped):
        await world.sweep().sweep(STORE)
    await world.sweep().sweep(STORE)
    assert world.open(order_id) == []
    assert len(world.live(order_id)) == 1


async def test_the_stored_handle_stays(world: World) -> None:
    order_id = await world.add()
    world.stop_at = "place.permitted"
    await world.once(order_id)
    assert await world.sweep().sweep(STORE) == 0
    assert (await world.until_settled(order_id)).status == "placed"


async def test_what_is_still_being_prepared_stays(world: World) -> None:
    order_id = await world.add()
    world.stop_at = "place.prepare_sent"
    await world.once(order_id)
    assert await world.sweep().sweep(STORE) == 0
    await world.until_settled(order_id)
    assert len(world.store.drafts) == 1, "it was adopted"


async def test_what_another_installation_prepared_stays(world: World) -> None:
    order_id = await world.add()
    world.stop_at = "place.handle_saved"
    await world.once(order_id)
    del world.database["orders"].documents[order_id]
    assert await world.sweep().sweep(STORE) == 0
    assert len(world.store.drafts) == 1


async def test_the_kept_handle_of_a_rejected_order_goes(world: World) -> None:
    order_id = await world.add()
    world.store.faults = {"commit": ["refused"]}
    await world.until_settled(order_id)
    assert await world.sweep().sweep(STORE) == 0
    world.database["orders"].documents[order_id]["status"] = "rejected"
    assert await world.sweep().sweep(STORE) == 1
    assert world.store.drafts == {}


async def test_the_handle_of_a_rejected_order_stays_while_a_call_may_be_under_way() -> None:
    world = World(limits=replace(AT_ONCE, settle_s=60.0))
    order_id = await world.add()
    world.store.faults = {"commit": ["refused"]}
    await world.until_settled(order_id)
    world.database["orders"].documents[order_id]["status"] = "rejected"
    assert await world.sweep().sweep(STORE) == 0
    assert len(world.open(order_id)) == 1


async def test_a_draft_that_was_completed_by_hand_is_left_and_told(world: World) -> None:
    order_id = await world.add()
    handle = await orphan(world, order_id)

    async def completed_meanwhile(_: str) -> None:
        raise StoreRefused(["Completed draft orders can not be deleted"])

    world.store.discard = completed_meanwhile  # type: ignore[method-assign]  # by hand, in the shop
    assert await world.sweep().sweep(STORE) == 0
    assert handle in world.store.drafts
