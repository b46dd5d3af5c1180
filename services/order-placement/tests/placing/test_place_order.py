"""Never two, never none: whatever the store answers and wherever a worker dies."""

from typing import Any

import pytest
from giftstream_platforms.failures import AccessLost
from order_placement.placing.work import Ending
from placing_world import World, codes, line

POINTS = [
    "place.claimed",
    "place.intent_saved",
    "place.prepare_sent",
    "place.handle_saved",
    "place.checked",
    "place.permitted",
    "place.commit_sent",
    "place.result_saved",
    "place.published",
]


async def test_an_approved_order_becomes_one_order_in_the_store(world: World) -> None:
    order_id = await world.add()
    assert await world.once(order_id) is Ending.DONE
    order = await world.order(order_id)
    assert (order.status, order.phase) == ("placed", "placed")
    assert [order.document["store_order"]["id"]] == world.live(order_id)
    assert order.document["placed_at"] is not None
    assert world.store.calls == ["stock", "prepare", "commit"]
    assert [one.id for one in world.published] == [order_id]


async def test_it_passes_every_crash_point_once(world: World) -> None:
    await world.once(await world.add())
    assert world.passed == POINTS


async def test_its_events_are_written_with_it(world: World) -> None:
    order_id = await world.add()
    await world.once(order_id)
    order = await world.order(order_id)
    topics = [entry["topic"] for entry in order.document["outbox"]]
    assert topics == ["order.changed", "order.changed", "order.created"]
    assert order.document["sequence"] == 3
    assert b'"sequence":3' in order.document["outbox"][2]["body"]


async def test_a_draft_that_is_being_calculated_is_awaited(world: World) -> None:
    world.store.looks_until_ready = 2
    order_id = await world.add()
    await world.once(order_id)
    assert world.store.calls == ["stock", "prepare", "read", "read", "commit"]
    assert world.passed == POINTS
    assert len(world.live(order_id)) == 1


@pytest.mark.parametrize("calculating", [0, 1])
@pytest.mark.parametrize("point", POINTS)
async def test_a_worker_may_die_anywhere(world: World, point: str, calculating: int) -> None:
    world.store.looks_until_ready = calculating
    order_id = await world.add()
    world.stop_at = point
    assert await world.once(order_id) is None
    order = await world.until_settled(order_id)
    assert order.status == "placed"
    assert len(world.live(order_id)) == 1


@pytest.mark.parametrize("fault", ["lost_before", "lost_after", "busy", "unreachable"])
@pytest.mark.parametrize("operation", ["stock", "prepare", "read", "commit"])
@pytest.mark.parametrize("late_search", [False, True])
async def test_an_answer_may_be_lost_anywhere(
    world: World, operation: str, fault: str, late_search: bool
) -> None:
    world.store.search_is_late = late_search
    world.store.looks_until_ready = 1
    world.store.faults = {operation: [fault, fault, fault]}  # type: ignore[list-item]  # a fault by its name
    order_id = await world.add()
    order = await world.until_settled(order_id)
    assert order.status == "placed"
    assert order.unknown_since is None
    assert len(world.live(order_id)) == 1
    await world.sweep().sweep("store-es")
    assert world.open(order_id) == []


async def test_a_commit_that_arrives_late_is_still_the_only_one(world: World) -> None:
    world.store.faults = {"commit": ["late"]}
    order_id = await world.add()
    assert await world.once(order_id) is Ending.UNREACHABLE
    order = await world.order(order_id)
    assert (order.status, codes(order)) == ("placing", ["outcome_unknown"])
    world.store.arrive()
    assert (await world.until_settled(order_id)).status == "placed"
    assert len(world.live(order_id)) == 1


async def test_a_prepared_order_whose_answer_was_lost_is_adopted(world: World) -> None:
    world.store.faults = {"prepare": ["lost_after"]}
    order_id = await world.add()
    await world.once(order_id)
    assert len(world.store.drafts) == 1
    assert len(world.live(order_id)) == 1


@pytest.mark.parametrize("theirs", [True, False], ids=["the same handle", "another handle"])
async def test_who_loses_the_race_to_store_a_handle_records_and_drops_its_own_alone(
    world: World, theirs: bool
) -> None:
    order_id = await world.add()
    world.stop_at = "place.prepare_sent"
    await world.once(order_id)
    (handle,) = world.store.drafts

    def crash(point: str) -> None:
        if point == "place.prepare_sent":
            placing = world.database["orders"].documents[order_id]["placing"]
            placing |= {"phase": "prepared", "handle": handle if theirs else "1"}

    await world.worker(crash)(
        await world.order(order_id), world.lease(), world.store, world.profile
    )
    order = await world.order(order_id)
    assert (handle in world.store.drafts, handle in order.discarded) == (theirs, not theirs)
    assert (await world.until_settled(order_id)).status == "placed"
    assert len(world.live(order_id)) == 1


async def test_what_an_edit_made_wrong_is_not_adopted(world: World) -> None:
    world.store.faults = {"prepare": ["lost_after", "refused"], "open_handles": [None]}
    world.store.search_is_late = True
    order_id = await world.add()
    await world.once(order_id)
    held = await world.order(order_id)
    assert (held.status, codes(held)) == ("on_hold", ["store_rejected"])
    document = world.database["orders"].documents[order_id]
    document |= {
        "lines": [line(quantity=3)],
        "status": "approved",
        "due_at": document["created_at"],
    }
    world.store.search_is_late = False
    world.stop_at = "place.intent_saved"
    assert await world.once(order_id) is None
    assert (await world.until_settled(order_id)).status == "placed"
    (live,) = [one for one in world.store.drafts.values() if one.store_order]
    assert live.lines[0].quantity == 3


async def test_what_was_prepared_before_an_edit_of_the_recipient_is_not_adopted(
    world: World,
) -> None:
    order_id = await world.add()
    world.stop_at = "place.prepare_sent"
    await world.once(order_id)
    (old,) = world.store.drafts
    world.database["orders"].documents[order_id]["content"] = 1
    placed = await world.until_settled(order_id)
    assert placed.status == "placed"
    assert placed.handle != old
    await world.sweep().sweep("store-es")
    assert world.open(order_id) == []


async def test_a_total_above_zero_holds_the_order_and_removes_what_was_prepared(
    world: World,
) -> None:
    world.store.off_by = 490
    order_id = await world.add()
    order = await world.until_settled(order_id)
    assert (order.status, codes(order)) == ("on_hold", ["total_not_zero"])
    assert world.store.drafts == {}
    assert order.handle is None
    assert len(order.discarded) == 1
    assert [one.status for one in world.published] == ["on_hold"], "people are told at once"


async def test_a_held_order_is_placed_again_with_another_handle(world: World) -> None:
    world.store.off_by = 490
    order_id = await world.add()
    await world.until_settled(order_id)
    world.store.off_by = 0
    world.database["orders"].documents[order_id] |= {
        "status": "approved",
        "reasons": [],
        "due_at": (await world.order(order_id)).document["created_at"],
    }
    assert (await world.until_settled(order_id)).status == "placed"
    assert len(world.live(order_id)) == 1


async def test_what_the_store_refuses_is_held_in_its_words(world: World) -> None:
    world.store.faults = {"commit": ["refused"]}
    order_id = await world.add()
    order = await world.until_settled(order_id)
    assert (order.status, codes(order)) == ("on_hold", ["store_rejected"])
    assert order.document["reasons"][0]["detail"] == "The shop said no."
    assert order.handle is not None, "a handle once permitted is not dropped"


async def test_a_refused_commit_goes_on_with_the_same_handle(world: World) -> None:
    world.store.faults = {"commit": ["refused"]}
    order_id = await world.add()
    held = await world.until_settled(order_id)
    world.database["orders"].documents[order_id] |= {
        "status": "approved",
        "due_at": held.document["created_at"],
    }
    placed = await world.until_settled(order_id)
    assert (placed.status, placed.handle) == ("placed", held.handle)
    assert len(world.store.drafts) == 1


@pytest.mark.parametrize(
    "edit",
    [{"lines": [line(quantity=2)]}, {"content": 1}],
    ids=["lines, before edits were counted", "what the store does not show"],
)
async def test_a_refused_order_that_was_edited_gets_another_handle(
    world: World, edit: dict[str, Any]
) -> None:
    world.store.faults = {"commit": ["refused"]}
    order_id = await world.add()
    held = await world.until_settled(order_id)
    world.database["orders"].documents[order_id] |= {
        "status": "approved",
        **edit,
        "due_at": held.document["created_at"],
    }
    placed = await world.until_settled(order_id)
    assert placed.status == "placed"
    assert held.handle in placed.discarded
    assert world.open(order_id) == []
    assert len(world.live(order_id)) == 1
    (live,) = [one for one in world.store.drafts.values() if one.store_order]
    assert live.content == placed.content


async def test_lost_access_leaves_the_order_as_it_was(world: World) -> None:
    world.store.faults = {"stock": ["access_lost"]}
    order_id = await world.add()
    with pytest.raises(AccessLost):
        await world.once(order_id)
    order = await world.order(order_id)
    assert (order.status, order.phase) == ("approved", None)
    assert (await world.until_settled(order_id)).status == "placed"


async def test_a_draft_that_the_merchant_removed_is_prepared_anew(world: World) -> None:
    order_id = await world.add()
    world.stop_at = "place.handle_saved"
    await world.once(order_id)
    world.store.deleted_by_hand((await world.order(order_id)).handle or "")
    assert (await world.until_settled(order_id)).status == "placed"
    assert len(world.live(order_id)) == 1
