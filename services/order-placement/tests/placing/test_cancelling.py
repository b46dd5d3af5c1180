"""A cancel that is noted while an order is placed, or after: once, whatever happens meanwhile."""

from typing import Any

import pytest
from giftstream.clock import now
from order_placement.called_off import request
from order_placement.placing.gift_order import GiftOrder
from placing_world import World, codes
from test_place_order import POINTS

EVA = "Eva (admin)"


def note(world: World, order_id: str, words: str | None = "Sent twice.", **more: Any) -> None:
    """As CancelOrder notes it."""
    document = world.database["orders"].documents[order_id]
    asked = request("cancelled_by_person", EVA, now(), words) | more
    document["placing"]["cancel_requested"] = asked
    document["due_at"] = document["created_at"]


def words_of(order: GiftOrder) -> str:
    (reason,) = order.document["reasons"]
    return str(reason["detail"])


@pytest.mark.parametrize("point", POINTS[:6])
async def test_a_cancel_noted_before_the_commit_cancels(world: World, point: str) -> None:
    world.store.looks_until_ready = 1
    order_id = await world.add()
    world.stop_at = point
    await world.once(order_id)
    note(world, order_id)
    order = await world.until_settled(order_id)
    assert (order.status, codes(order)) == ("cancelled", ["cancelled_by_person"])
    assert words_of(order) == "Sent twice."
    assert order.document["cancelled"]["by"] == EVA
    assert order.document["gives_back"], "what it claimed is to be given back"
    assert world.live(order_id) == []
    await world.sweep().sweep("store-es")
    assert world.open(order_id) == []


async def test_a_cancel_noted_while_the_store_calculates_is_found_by_the_hold(
    world: World,
) -> None:
    order_id = await world.add()
    world.store.off_by = 490

    def crash(point: str) -> None:
        if point == "place.prepare_sent":
            note(world, order_id)

    order = await world.order(order_id)
    await world.worker(crash)(order, world.lease(), world.store, world.profile)
    after = await world.until_settled(order_id)
    assert (after.status, words_of(after)) == ("cancelled", "Sent twice.")


@pytest.mark.parametrize("point", POINTS[6:8])
async def test_a_cancel_noted_after_the_commit_cancels_in_the_store(
    world: World, point: str
) -> None:
    order_id = await world.add()
    world.stop_at = point
    await world.once(order_id)
    note(world, order_id)
    order = await world.until_settled(order_id)
    assert order.phase == "placed"
    assert world.live(order_id) == []
    assert len(world.store.cancelled) == 1


async def test_what_waits_for_its_cancel_says_so_from_the_moment_it_is_placed(
    world: World,
) -> None:
    order_id = await world.add()
    world.stop_at = "place.commit_sent"
    await world.once(order_id)
    note(world, order_id)
    world.stop_at = "place.result_saved"
    await world.once(order_id)
    order = await world.order(order_id)
    assert (order.status, codes(order)) == ("placed", ["cancel_requested"])


@pytest.mark.parametrize("fault", ["lost_before", "lost_after", "busy", "unreachable", None])
@pytest.mark.parametrize("dies", [True, False])
async def test_a_placed_order_is_cancelled_once_whatever_the_store_answers(
    world: World, fault: Any, dies: bool
) -> None:
    order_id = await world.add()
    await world.until_settled(order_id)
    world.store.faults = {"cancel": [fault, fault]}
    note(world, order_id)
    world.stop_at = "place.cancel_sent" if dies else None
    order = await world.until_settled(order_id)
    assert len(world.store.cancelled) == 1
    assert order.document["due_at"] is None
    # Only what is seen in the store says that it is cancelled.
    assert order.status == "placed"


async def test_a_cancel_that_the_store_refuses_says_so_and_may_be_asked_again(
    world: World,
) -> None:
    order_id = await world.add()
    await world.until_settled(order_id)
    world.store.faults = {"cancel": ["refused"]}
    note(world, order_id)
    order = await world.until_settled(order_id)
    assert (order.status, codes(order)) == ("placed", ["cancel_refused"])
    assert "The shop said no." in words_of(order)
    assert order.cancel_requested is None
    assert order.document["outbox"][-1]["topic"] == "order.changed"
    assert len(world.live(order_id)) == 1
    note(world, order_id)
    await world.until_settled(order_id)
    assert world.live(order_id) == []


@pytest.mark.parametrize("status", ["fulfilled", "in_transit", "delivered", "returned"])
async def test_what_left_the_store_before_its_lane_came_is_asked_for_and_refused(
    world: World, status: str
) -> None:
    order_id = await world.add()
    await world.until_settled(order_id)
    note(world, order_id)
    # The merchant was faster, and that was seen first.
    world.database["orders"].documents[order_id]["status"] = status
    world.store.faults = {"cancel": ["refused"]}
    order = await world.until_settled(order_id)
    assert (order.status, codes(order)) == (status, ["cancel_refused"])
    assert order.document["due_at"] is None


async def test_a_refusal_that_comes_after_the_store_was_seen_cancelled_changes_nothing(
    world: World,
) -> None:
    order_id = await world.add()
    await world.until_settled(order_id)
    note(world, order_id)
    document = world.database["orders"].documents[order_id]
    world.store.faults = {"cancel": ["refused"]}

    def crash(point: str) -> None:
        if point == "place.cancel_sent":
            document.update(status="cancelled", reasons=[], due_at=None)

    order = await world.order(order_id)
    await world.worker(crash)(order, world.lease(), world.store, world.profile)
    after = await world.order(order_id)
    assert (after.status, codes(after)) == ("cancelled", [])
