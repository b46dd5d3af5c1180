"""What an order gives rise to, told in any order, any number of times."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any, cast

import pytest
from giftstream.delivery import Change, Received, Record
from giftstream.delivery.change import How
from giftstream.events import OrderChanged
from giftstream.mongo import Document
from notification.mails.messages import MESSAGES, Messages
from notification.telling.notices import revision_of
from notification.telling.orders import ORDERS, Orders
from notification.telling.tell_of_order import OrderFacts, TellOfOrder

from .stories import NOON, Tell

LATER = NOON + timedelta(hours=5)


class World:
    """Plans one record after the other, as the engine folds them."""

    def __init__(self, moment: datetime = NOON) -> None:
        # Plans do no I/O, so the collections behind `facts` are never asked here.
        collections = cast(Orders, None), cast(Messages, None)
        self.tell = TellOfOrder(*collections, tell_within_s=3 * 86_400)
        self.facts = OrderFacts(moment)
        self.messages: dict[str, Document] = {}

    def sees(self, *records: Received[OrderChanged]) -> "World":
        for record in records:
            change = self.tell.plan(record, self.facts)
            self._keep(change)
        return self

    def _keep(self, change: Change) -> None:
        for put in change.puts:
            self.facts.fold(put)
            if put.collection == MESSAGES:
                self.messages[put.document["_id"]] = put.document

    def ends(self, message: Document, **changed: Any) -> None:
        """As the worker would write it."""
        ended = {**message, **changed}
        ended.pop("due_at", None)
        self.facts.add(MESSAGES, [ended])

    @property
    def told(self) -> list[tuple[str, str, str]]:
        return [(m["template"], m["audience"], m["status"]) for m in self.messages.values()]


def test_a_placed_order_is_told_to_its_creator_once(told: Tell) -> None:
    placed = told(3, "placed", placed_at=NOON)
    world = World().sees(placed, placed, placed)
    assert world.told == [("order_placed", "creator", "due")]


def test_who_hears_only_the_end_tells_placed_first_and_then_delivered(told: Tell) -> None:
    world = World().sees(told(9, "delivered", placed_at=NOON, delivered_at=LATER))
    placed, delivered = world.messages.values()
    assert (placed["template"], delivered["template"]) == ("order_placed", "order_delivered")
    assert delivered["after"] == placed["_id"]


def test_any_order_of_arrival_gives_the_same_messages(told: Tell) -> None:
    story = (
        told(1, "approved"),
        told(2, "placed", placed_at=NOON),
        told(3, "in_transit", placed_at=NOON),
        told(4, "delivered", placed_at=NOON, delivered_at=LATER),
    )
    expected = World().sees(*story).messages.keys()
    assert len(expected) == 2
    for order in permutations(story):
        assert World().sees(*order, *order).messages.keys() == expected


def test_an_older_state_is_never_told_after_a_newer_one(told: Tell) -> None:
    world = World().sees(told(5, "cancelled", placed_at=NOON), told(4, "placed", placed_at=NOON))
    assert world.told == []
    stored = world.facts.get(ORDERS, next(iter(world.facts._documents))[1])
    assert stored is not None
    assert stored["sequence"] == 5


def test_a_crash_between_the_two_writes_loses_no_message(told: Tell) -> None:
    placed = told(3, "placed", placed_at=NOON)
    world = World()
    change = world.tell.plan(placed, world.facts)
    order = next(put for put in change.puts if put.collection == ORDERS)
    world.facts.fold(order)  # the order stands, the message was not written
    assert world.sees(placed).told == [("order_placed", "creator", "due")]


def test_messages_are_written_before_the_order(told: Tell) -> None:
    change = World().tell.plan(told(3, "placed", placed_at=NOON), OrderFacts(NOON))
    assert [put.collection for put in change.puts] == [MESSAGES, ORDERS]
    assert [put.how for put in change.puts] == [How.INSERT, How.NEWEST]


def test_a_hold_is_told_to_the_brand_once_for_each_set_of_reasons(told: Tell) -> None:
    world = World().sees(
        told(1, "on_hold", ("missing_email", "missing_address")),
        told(2, "on_hold", ("missing_address", "missing_email")),
        told(3, "on_hold", ("missing_address",)),
        told(4, "approved"),
        told(5, "on_hold", ("missing_address",)),
    )
    assert world.told == [("order_held", "brand", "due")] * 2


@pytest.mark.parametrize("status", ["pending_review", "approved", "placing", "rejected"])
def test_nobody_is_told_of_an_order_that_is_only_on_its_way_there(told: Tell, status: str) -> None:
    assert World().sees(told(1, status)).told == []


@pytest.mark.parametrize("status", ["cancelled", "returned"])
def test_a_gift_that_is_not_coming_is_not_announced(told: Tell, status: str) -> None:
    assert World().sees(told(7, status, placed_at=NOON, delivered_at=LATER)).told == []


def test_what_was_overtaken_and_is_true_again_is_told_after_all(told: Tell) -> None:
    world = World().sees(told(1, "on_hold", ("out_of_stock",)))
    (message,) = world.messages.values()
    world.ends(message, status="overtaken", reason="overtaken")
    world.sees(told(2, "placing"), told(3, "on_hold", ("out_of_stock",)))
    (again,) = world.messages.values()
    assert (again["status"], again["due_at"]) == ("due", NOON)


@pytest.mark.parametrize("status", ["sent", "failed", "ambiguous"])
def test_what_has_ended_is_never_opened_again(told: Tell, status: str) -> None:
    placed = told(3, "placed", placed_at=NOON)
    world = World().sees(placed)
    (message,) = world.messages.values()
    world.ends(message, status=status)
    world.messages.clear()
    assert world.sees(placed, told(4, "in_transit", placed_at=NOON)).told == []


def test_what_happened_long_ago_is_recorded_and_not_told(told: Tell) -> None:
    world = World(NOON + timedelta(days=30))
    world.sees(told(3, "placed", placed_at=NOON), told(4, "in_transit", placed_at=NOON))
    (message,) = world.messages.values()
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
