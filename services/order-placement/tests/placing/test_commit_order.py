"""What a commit has come to is what the store says by then, whoever else had a hand in it."""

from dataclasses import replace

from placing_world import World, codes
from store_in_memory import StoreInMemory


async def test_a_refusal_of_what_another_has_committed_meanwhile_is_no_hold(world: World) -> None:
    order_id = await world.add()

    def crash(point: str) -> None:
        if point == "place.permitted":
            (handle,) = world.store.drafts
            world.store.under_way.append(("commit", handle))
            world.store.arrive()

    due = await world.order(order_id)
    await world.worker(crash)(due, world.lease(), world.store, world.profile)
    assert (await world.order(order_id)).status == "placed"
    assert len(world.live(order_id)) == 1


async def test_what_was_committed_and_has_no_order_any_more_is_held_and_never_made_anew(
    world: World,
) -> None:
    world.store.faults = {"commit": ["lost_after"]}
    order_id = await world.add()
    world.stop_at = "place.commit_sent"
    await world.once(order_id)
    (handle,) = world.store.drafts
    world.store.drafts[handle] = replace(world.store.drafts[handle], store_order=None)
    held = await world.until_settled(order_id)
    assert (held.status, codes(held), held.handle) == ("on_hold", ["store_rejected"], handle)
    assert world.store.calls.count("prepare") == 1


class CompletedByHand(StoreInMemory):
    """The merchant is a moment faster than we with a draft that we do not want any more."""

    async def discard(self, handle: str) -> None:
        self.under_way.append(("commit", handle))
        self.arrive()
        await super().discard(handle)


async def test_a_handle_that_was_committed_before_it_could_be_removed_is_the_order() -> None:
    world = World(store=CompletedByHand(faults={"commit": ["refused"]}))
    order_id = await world.add()
    held = await world.until_settled(order_id)
    world.database["orders"].documents[order_id] |= {
        "status": "approved",
        "content": 1,
        "due_at": held.document["created_at"],
    }
    placed = await world.until_settled(order_id)
    assert (placed.status, placed.handle) == ("placed", held.handle)
    assert len(world.live(order_id)) == 1


async def test_what_costs_something_by_now_is_not_committed_again(world: World) -> None:
    world.store.faults = {"commit": ["lost_before"]}
    order_id = await world.add()
    await world.once(order_id)
    (handle,) = world.store.drafts
    world.store.drafts[handle] = replace(world.store.drafts[handle], total=490)
    placed = await world.until_settled(order_id)
    assert (placed.status, handle in placed.discarded) == ("placed", True)
    (live,) = [one for one in world.store.drafts.values() if one.store_order]
    assert live.total == 0
    assert world.open(order_id) == []


async def test_what_is_being_calculated_anew_is_not_committed_again(world: World) -> None:
    world.store.faults = {"commit": ["lost_before"]}
    order_id = await world.add()
    await world.once(order_id)
    (handle,) = world.store.drafts
    world.store.drafts[handle] = replace(world.store.drafts[handle], ready=False)
    world.store.looks_until_ready = 2
    await world.once(order_id)
    assert world.store.calls.count("commit") == 1
    placed = await world.until_settled(order_id)
    assert (placed.status, placed.handle) == ("placed", handle)
