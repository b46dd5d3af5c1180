"""What an order gives rise to, told in any order, any number of times."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from giftstream.delivery import Received, Record
from giftstream.delivery.change import How
from giftstream.events import OrderChanged, Reason
from notification.mails.messages import MESSAGES
from notification.telling.notices import revision_of
from notification.telling.orders import ORDERS
from notification.telling.telling import TellingFacts

from .stories import IN_STORE, NOON, Tell, parcel
from .world import World

LATER = NOON + timedelta(hours=5)
PLACED = {"placed_at": NOON, "store_order": IN_STORE}
SHIPPED = {**PLACED, "shipments": (parcel(),)}
ARRIVED = {**PLACED, "shipments": (parcel(status="delivered"),), "delivered_at": LATER}
CREATOR = ["selection_received", "order_placed", "order_shipped", "order_delivered"]


def test_a_gift_is_told_step_by_step_and_each_step_once(told: Tell) -> None:
    story = (
        told(1, "pending_review"),
        told(2, "placed", **PLACED),
        told(3, "in_transit", **SHIPPED),
        told(4, "delivered", **ARRIVED),
    )
    world = World().sees(*(again for one in story for again in (one, one)))
    assert world.due == [*CREATOR, "brand_order_delivered"]


def test_who_hears_of_an_order_when_it_is_placed_tells_received_first(told: Tell) -> None:
    placed = told(3, "placed", **PLACED)
    received, ordered = World().sees(placed, placed).messages.values()
    assert (received["template"], ordered["template"]) == ("selection_received", "order_placed")
    assert ordered["after"] == received["_id"]


def test_who_hears_only_the_end_tells_placed_and_delivered_and_no_step_between(told: Tell) -> None:
    placed, delivered, brand = World().sees(told(9, "delivered", **ARRIVED)).messages.values()
    assert (placed["template"], delivered["template"]) == ("order_placed", "order_delivered")
    assert delivered["after"] == placed["_id"]
    assert (brand["template"], brand["audience"]) == ("brand_order_delivered", "brand")


def test_who_hears_of_a_parcel_first_tells_placed_and_then_shipped(told: Tell) -> None:
    placed, shipped = World().sees(told(5, "in_transit", **SHIPPED)).messages.values()
    assert (placed["template"], shipped["template"]) == ("order_placed", "order_shipped")
    assert shipped["after"] == placed["_id"]


def test_each_parcel_is_told_once_and_again_only_for_another_number(told: Tell) -> None:
    first, second = parcel(), parcel("JJD2", shipment_id="f-2")
    world = World().sees(
        told(1, "partially_fulfilled", **PLACED, shipments=(parcel(None),)),
        told(2, "partially_fulfilled", **PLACED, shipments=(first,)),
        told(3, "in_transit", **PLACED, shipments=(first, second)),
        told(4, "in_transit", **PLACED, shipments=(parcel(status="out_for_delivery"), second)),
        told(5, "in_transit", **PLACED, shipments=(parcel(status="delivered"), second)),
    )
    assert world.due.count("order_shipped") == 3


def test_a_parcel_that_was_called_back_is_not_announced(told: Tell) -> None:
    world = World().sees(told(2, "placed", **PLACED, shipments=(parcel(status="cancelled"),)))
    assert "order_shipped" not in world.due


def test_nobody_chose_a_replacement_so_nobody_hears_that_it_was_received(told: Tell) -> None:
    world = World().sees(
        told(1, "approved", replaces="o-1"), told(2, "placed", replaces="o-1", **PLACED)
    )
    assert world.due == ["order_placed"]


def test_a_brand_gets_the_mails_that_it_chose(told: Tell) -> None:
    chosen = {("acme", "brand_order_placed"): True, ("acme", "selection_received"): False}
    assert World(choices=chosen).sees(told(2, "placed", **PLACED)).due == [
        "order_placed",
        "brand_order_placed",
    ]


def test_any_order_of_arrival_ends_in_the_same_messages(told: Tell) -> None:
    story = (
        told(1, "approved"),
        told(2, "placed", **PLACED),
        told(3, "delivered", **ARRIVED),
    )
    expected = World().sees(*story).messages.keys()
    end = World().sees(story[-1]).messages.keys()
    for order in permutations(story):
        # A step that was never seen as the newest is not told; nothing beyond the story is.
        assert end <= World().sees(*order, *order).messages.keys() <= expected


def test_an_older_state_is_never_told_after_a_newer_one(told: Tell) -> None:
    world = World().sees(told(5, "cancelled", placed_at=NOON), told(4, "placed", placed_at=NOON))
    assert world.due == ["order_cancelled"]
    (message,) = world.messages.values()
    stored = world.facts.get(ORDERS, message["order_id"])
    assert stored is not None
    assert stored["sequence"] == 5


def test_a_crash_between_the_two_writes_loses_no_message(told: Tell) -> None:
    placed = told(3, "placed", placed_at=NOON)
    world = World()
    change = world.tell.plan(placed, world.facts)
    order = next(put for put in change.puts if put.collection == ORDERS)
    world.facts.fold(order)  # the order stands, the message was not written
    assert world.sees(placed).due == ["selection_received", "order_placed"]


def test_messages_are_written_before_the_order(told: Tell) -> None:
    change = World().tell.plan(told(3, "placed", placed_at=NOON), TellingFacts(NOON))
    assert [put.collection for put in change.puts] == [MESSAGES, MESSAGES, ORDERS]
    assert [put.how for put in change.puts] == [How.INSERT, How.INSERT, How.NEWEST]


def test_a_hold_is_told_to_the_brand_once_for_each_set_of_reasons(told: Tell) -> None:
    world = World().sees(
        told(1, "on_hold", ("missing_email", "missing_address")),
        told(2, "on_hold", ("missing_address", "missing_email")),
        told(3, "on_hold", ("missing_address",)),
        told(4, "approved"),
        told(5, "on_hold", ("missing_address",)),
    )
    assert world.due == ["selection_received", "order_held", "order_held"]


@pytest.mark.parametrize("status", ["pending_review", "approved", "placing", "on_hold"])
def test_a_creator_whose_gift_waits_hears_that_the_choice_was_received(
    told: Tell, status: str
) -> None:
    world = World().sees(told(1, status))
    creators = [one for one in world.messages.values() if one["audience"] == "creator"]
    assert [one["template"] for one in creators] == ["selection_received"]


@pytest.mark.parametrize(
    ("status", "in_store", "expected"),
    [
        ("rejected", None, ["order_rejected"]),
        ("cancelled", None, ["order_cancelled"]),
        ("cancelled", IN_STORE, ["order_cancelled", "order_cancelled_in_store"]),
        ("returned", IN_STORE, []),
    ],
)
def test_a_gift_that_is_not_coming_is_told_as_that_alone(
    told: Tell, status: str, in_store: Any, expected: list[str]
) -> None:
    record = told(7, status, placed_at=NOON, delivered_at=LATER, store_order=in_store)
    assert World().sees(record, record).due == expected


def refused(sequence: int, told: Tell, words: str, **fields: Any) -> Received[OrderChanged]:
    """The store has said no to a cancel, in these words."""
    reasons = (Reason(code="cancel_refused", detail=f"The store said no. Their words: {words}"),)
    return told(sequence, "placed", **PLACED, reasons=reasons, **fields)


def test_the_brand_is_told_of_each_answer_with_which_the_store_refused_a_cancel(told: Tell) -> None:
    story = (
        told(2, "placed", **PLACED),
        told(3, "placed", ("cancel_requested",), **PLACED),
        refused(4, told, "It is being packed."),
        told(5, "placed", ("cancel_requested",), **PLACED),
        refused(6, told, "It is being packed."),
        refused(7, told, "It has a label."),
    )
    world = World().sees(*(again for one in story for again in (one, one)))
    assert world.due == [*CREATOR[:2], *["order_cancel_refused"] * 2]


def test_a_refused_cancel_is_no_news_once_the_gift_is_cancelled_or_arrived(told: Tell) -> None:
    gone = told(5, "cancelled", ("cancelled_in_store",), **PLACED)
    assert "order_cancel_refused" not in World().sees(gone).due
    arrived = told(5, "delivered", ("cancel_refused",), **ARRIVED)
    assert "order_cancel_refused" not in World().sees(arrived).due


def test_the_brand_is_told_once_of_a_withdrawal_that_came_too_late(told: Tell) -> None:
    late = ("withdrawn_too_late",)
    story = (
        told(2, "placed", **PLACED),
        told(3, "placed", late, **PLACED),
        told(4, "in_transit", late, **SHIPPED),
        told(5, "delivered", late, **ARRIVED),
    )
    world = World().sees(*(again for one in story for again in (one, one)))
    assert world.due.count("order_withdrawn_too_late") == 1
    assert {m["audience"] for m in world.messages.values() if "late" in m["template"]} == {"brand"}
    after = World().sees(told(5, "delivered", late, **ARRIVED))
    assert "order_withdrawn_too_late" in after.due


def test_what_was_overtaken_and_is_true_again_is_told_after_all(told: Tell) -> None:
    world = World().sees(told(1, "on_hold", ("out_of_stock",)))
    _, message = world.messages.values()
    world.ends(message, status="overtaken", reason="overtaken")
    world.sees(told(2, "placing"), told(3, "on_hold", ("out_of_stock",)))
    _, again = world.messages.values()
    assert (again["status"], again["due_at"]) == ("due", NOON)


@pytest.mark.parametrize("status", ["sent", "failed", "ambiguous"])
def test_what_has_ended_is_never_opened_again(told: Tell, status: str) -> None:
    placed = told(3, "placed", placed_at=NOON)
    world = World().sees(placed)
    for message in world.messages.values():
        world.ends(message, status=status, reason=None)
    world.messages.clear()
    assert world.sees(placed, told(4, "placed", placed_at=NOON)).told == []


def test_what_happened_long_ago_is_recorded_and_not_told(told: Tell) -> None:
    world = World(NOON + timedelta(days=30))
    world.sees(told(3, "placed", placed_at=NOON), told(4, "in_transit", placed_at=NOON))
    for message in world.messages.values():
        assert (message["status"], message["reason"]) == ("overtaken", "too_old")
        assert "due_at" not in message


def test_an_order_that_is_gone_is_forgotten(told: Tell, order_id: str) -> None:
    world = World().sees(told(3, "placed", placed_at=NOON))
    gone: Received[OrderChanged] = Received(
        None, Record("order.changed", 0, 9, b"", None), order_id
    )
    world.sees(gone)
    assert world.facts.get(ORDERS, order_id) is None


def test_a_set_of_reasons_has_no_order_and_no_repeats() -> None:
    assert revision_of(["a", "b"]) == revision_of(["b", "a", "b"]) != revision_of(["a"])
