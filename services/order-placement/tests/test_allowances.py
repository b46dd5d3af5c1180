"""What a creator may have binds whoever selects."""

from typing import Any

import pytest
from giftstream.delivery import Facts
from order_placement.deciding.judge_order import JudgeOrder
from order_placement.intake.claiming import release
from support.intake_world import Intake, body, campaign, codes, item, orders, sealing


def limited(**allowance: Any) -> Intake:
    return Intake.of(campaigns=[campaign(allowance=allowance)])


def test_a_second_order_where_one_is_allowed_is_held() -> None:
    intake = limited(orders_per_creator=1)
    assert intake.order(selection_id="a")["status"] == "approved"
    assert codes(intake.order(selection_id="b")) == ["duplicate_order"]
    assert intake.order(selection_id="c", creator_id="somebody-else")["status"] == "approved"


@pytest.mark.parametrize(
    ("allowance", "quantity", "expected"),
    [
        ({"items": 2}, 2, []),
        ({"items": 2}, 3, ["allowance_exceeded"]),
        ({"value": 4980}, 2, []),
        ({"value": 4979}, 2, ["allowance_exceeded"]),
        ({"items": 0}, 1, ["allowance_exceeded"]),
    ],
)
def test_items_and_value_are_limited(
    allowance: dict[str, int], quantity: int, expected: list[str]
) -> None:
    order = limited(**allowance).order(lines=[{"sku": "SKU-1", "quantity": quantity}])
    assert codes(order) == expected


def test_a_held_order_claims_nothing() -> None:
    intake = limited(items=2)
    assert codes(intake.order(selection_id="a", lines=[{"sku": "SKU-1", "quantity": 3}]))
    assert intake.order(selection_id="b", lines=[{"sku": "SKU-1", "quantity": 2}])["reasons"] == []


def test_the_same_selection_claims_once() -> None:
    intake = limited(items=1)
    first = intake.order()
    selection = intake.facts.get("selections", first["selection"])
    again = limited(items=1)
    again.facts.add("selections", [selection] if selection else [])
    again.facts.add("allowances", _allowances(intake.facts))
    assert codes(again.order()) == []


def test_a_claim_that_a_crash_left_out_is_made_by_the_redelivery() -> None:
    intake = limited(items=1)
    first = intake.order()
    again = limited(items=1)
    again.facts.add("orders", [first])
    selection = intake.facts.get("selections", first["selection"])
    again.facts.add("selections", [selection] if selection else [])
    change = again.plan(again.records.of(body()))
    assert [put.collection for put in change.puts] == ["allowances"]
    assert orders(change) == []


def test_what_is_given_back_can_be_had_again() -> None:
    intake = limited(orders_per_creator=1)
    order = intake.order(selection_id="a")
    for put in release(intake.facts, order):
        intake.facts.fold(put)
    assert intake.order(selection_id="b")["status"] == "approved"


def test_where_a_limit_is_lowered_the_first_orders_stay_and_the_later_are_held() -> None:
    intake = limited(orders_per_creator=3)
    placed = [intake.order(selection_id=one) for one in "abc"]
    intake.facts.add("campaigns", [campaign(allowance={"orders_per_creator": 2})])
    judge = JudgeOrder(sealing())
    found = [judge(one["_id"], intake.facts).order for one in placed]
    assert [codes(one) for one in found] == [[], [], ["duplicate_order"]]
    assert codes(intake.order(selection_id="d")) == ["duplicate_order"]


def test_a_product_without_a_price_is_held_where_value_is_limited() -> None:
    items = [item("1", retail_price=None)]
    intake = Intake.of(items=items, campaigns=[campaign(allowance={"value": 10**6})])
    assert codes(intake.order()) == ["allowance_exceeded"]


def test_without_limits_nothing_is_written_of_the_creator() -> None:
    intake = Intake.of()
    intake.order()
    assert _allowances(intake.facts) == []


def _allowances(facts: Facts) -> list[Any]:
    return [one for (name, _), one in facts._documents.items() if name == "allowances"]
