"""What was seen in the store counts in the order in which it was seen."""

from typing import Any

import pytest
from giftstream.clock import now
from giftstream.delivery import Facts, Poison, Received, Record
from giftstream.events import OrderDelivered
from giftstream.mongo import Document
from order_placement.apply_observation import ApplyObservation
from order_placement.called_off import request
from support.intake_world import BRAND, Intake, codes


def seen(order: Document, number: int, status: str, **changed: Any) -> Received[OrderDelivered]:
    event = OrderDelivered.model_validate(
        {
            "event_id": f"e{number}",
            "occurred_at": now(),
            "order_id": order["_id"],
            "selection_id": order["selection_id"],
            "brand_id": order["brand_id"],
            "campaign_id": order["campaign_id"],
            "creator_id": order["creator_id"],
            "observation": number,
            "store_status": status,
            "store_order": {"platform": "shopify", "id": "1"},
            "observed_at": now(),
            "source": "webhook",
            **changed,
        }
    )
    record = Record(event.topic, 0, number, b"", b"")
    return Received(event, record, event.order_id)


class Orders:
    """One order and the use case over it."""

    def __init__(self, status: str) -> None:
        self.order: Document = {**Intake.of().order(), "status": status}
        self.facts = Facts()
        self.facts.add("orders", [self.order])
        self.apply = ApplyObservation({"orders": None})  # type: ignore[arg-type]  # facts are given

    def see(self, number: int, status: str, **changed: Any) -> Document:
        """The order after one observation."""
        change = self.apply.plan(seen(self.order, number, status, **changed), self.facts)
        for put in change.puts:
            self.facts.fold(put)
        found = self.facts.get("orders", self.order["_id"])
        assert found is not None
        return found


def test_a_later_look_wins_and_an_earlier_one_changes_nothing() -> None:
    orders = Orders("placed")
    assert orders.see(5, "delivered")["status"] == "delivered"
    assert orders.see(4, "fulfilled")["sequence"] == 2
    assert orders.see(5, "fulfilled")["status"] == "delivered"


def test_a_later_look_may_lower_the_status() -> None:
    orders = Orders("placed")
    assert orders.see(1, "delivered")["delivered_at"] is not None
    after = orders.see(2, "in_transit")
    assert (after["status"], after["delivered_at"]) == ("in_transit", None)


def test_what_came_back_was_delivered_before() -> None:
    orders = Orders("placed")
    delivered = orders.see(1, "delivered")["delivered_at"]
    after = orders.see(2, "returned", returned_lines=[{"variant_ref": "1", "quantity": 1}])
    assert (after["status"], after["delivered_at"]) == ("returned", delivered)


def test_a_webhook_faster_than_the_stores_answer_is_kept_and_placing_goes_on() -> None:
    orders = Orders("placing")
    after = orders.see(1, "pending")
    assert (after["status"], after["store_status"], after["observation"]) == (
        "placing",
        "pending",
        1,
    )
    assert after["placing"] == orders.order["placing"]


def test_an_order_that_nobody_knows_is_a_dead_letter() -> None:
    orders = Orders("placed")
    with pytest.raises(Poison):
        orders.see(1, "delivered", order_id="another")
    with pytest.raises(Poison):
        orders.see(1, "delivered", brand_id=f"not-{BRAND}")


def test_a_cancel_in_the_store_says_who_wanted_it_and_gives_back() -> None:
    orders = Orders("placed")
    after = orders.see(1, "cancelled")
    assert codes(after) == ["cancelled_in_store"]
    assert after["gives_back"]
    assert orders.see(2, "cancelled", source="poll")["reasons"] == after["reasons"]
    asked = Orders("placed")
    asked.order["placing"]["cancel_requested"] = request("cancelled_by_person", "Eva", now(), "No.")
    after = asked.see(1, "cancelled")
    assert (codes(after), after["reasons"][0]["detail"]) == (["cancelled_by_person"], "No.")
    assert after["cancelled"]["by"] == "Eva"


def test_an_order_that_is_back_in_the_store_is_not_called_cancelled_any_more() -> None:
    orders = Orders("placed")
    orders.see(1, "cancelled")
    after = orders.see(2, "pending")
    assert (after["status"], after["reasons"]) == ("placed", [])


def test_nothing_is_left_to_be_cancelled_once_the_store_has_done_it() -> None:
    orders = Orders("placed")
    orders.order["placing"]["cancel_requested"] = request("cancelled_by_person", "Eva", now(), None)
    orders.order["due_at"] = now()
    assert orders.see(1, "cancelled")["due_at"] is None
    # Else its lane would come back to it for ever.
    sent = Orders("placed")
    sent.order["due_at"] = due_at = now()
    assert sent.see(1, "in_transit")["due_at"] == due_at, "the store has not answered yet"
