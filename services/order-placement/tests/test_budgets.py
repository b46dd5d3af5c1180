"""What a campaign may give away in all binds whoever selects."""

from typing import Any

import pytest
from giftstream.clock import now
from giftstream.delivery import Facts
from giftstream.delivery.change import How
from giftstream.events import SelectionLine
from giftstream.mongo import Document
from order_placement.count_budget import counted
from order_placement.deciding.edits import Approval, Edit
from order_placement.deciding.give_back import given_back
from order_placement.deciding.judge_order import Judged, JudgeOrder
from order_placement.intake.claiming import release
from support.intake_world import (
    CAMPAIGN,
    Intake,
    body,
    campaign,
    codes,
    item,
    orders,
    sealing,
)

PRICE = 2490
JUDGE = JudgeOrder(sealing())
OVER = ["campaign_budget_exceeded"]


def budgeted(amount: int, currency: str = "EUR", **more: Any) -> Intake:
    limit = {"amount": amount, "currency": currency}
    return Intake.of(campaigns=[campaign(budget=limit, **more)])


def budget(intake: Intake) -> Document:
    found = intake.facts.get("budgets", CAMPAIGN)
    assert found is not None
    return found


def spent(facts: Facts) -> dict[str, int]:
    found = facts.get("budgets", CAMPAIGN)
    return found["spent"] if found else {}


def spends(intake: Intake, order: Document) -> dict[str, dict[str, int]]:
    selection = intake.facts.get("selections", order["selection"])
    assert selection is not None
    found: dict[str, dict[str, int]] = selection.get("spends", {})
    return found


def judged(intake: Intake, order: Document, **said: Any) -> Judged:
    found = JUDGE(order["_id"], intake.facts, **said)
    for put in found.puts:
        intake.facts.fold(put)
    return found


def test_all_creators_share_it_and_what_is_beyond_is_held() -> None:
    intake = budgeted(2 * PRICE)
    first, second, third = (intake.order(selection_id=s, creator_id=s) for s in "abc")
    assert [first["status"], second["status"]] == ["approved", "approved"]
    assert (third["status"], codes(third)) == ("on_hold", OVER)
    assert spent(intake.facts) == {"EUR": 2 * PRICE}
    assert spends(intake, first) == {first["_id"]: {"EUR": PRICE}}
    assert spends(intake, third) == {}


def test_the_sum_and_whose_part_it_is_are_written_in_one_transaction() -> None:
    intake = budgeted(PRICE)
    change = intake.plan(intake.records.of(body()))
    counted, selection, order = change.puts
    assert (counted.how, counted.collection) == (How.ADD, "budgets")
    assert (selection.how, selection.collection) == (How.INSERT, "selections")
    assert counted.together == selection.together == CAMPAIGN
    assert (order.collection, order.together) == ("orders", None)


def test_a_campaign_without_a_budget_writes_nothing_of_it() -> None:
    for copy in (campaign(), {k: v for k, v in campaign().items() if k != "budget"}):
        intake = Intake.of(campaigns=[copy])
        change = intake.plan(intake.records.of(body()))
        assert [put.collection for put in change.puts] == ["selections", "orders"]
        assert not any(put.together for put in change.puts)
        assert "spends" not in change.puts[0].document


def test_a_redelivery_takes_nothing_more() -> None:
    intake = budgeted(PRICE)
    intake.order()
    change = intake.plan(intake.records.of(body()))
    assert change.puts == ()
    assert spent(intake.facts) == {"EUR": PRICE}


def test_orders_that_a_crash_left_out_keep_what_their_selection_took() -> None:
    before = budgeted(PRICE)
    first = before.order()
    after = budgeted(PRICE)
    for name, key in (("selections", first["selection"]), ("budgets", CAMPAIGN)):
        document = before.facts.get(name, key)
        assert document is not None
        after.facts.add(name, [document])
    change = after.plan(after.records.of(body()))
    assert [(put.collection, put.how) for put in change.puts] == [("orders", How.INSERT)]
    (again,) = orders(change)
    assert (again["_id"], again["status"]) == (first["_id"], "approved")


def test_nothing_is_taken_of_a_budget_by_an_order_that_its_creator_may_not_have() -> None:
    intake = budgeted(10 * PRICE, allowance={"orders_per_creator": 1})
    intake.order(selection_id="a")
    assert codes(intake.order(selection_id="b")) == ["duplicate_order"]
    assert spent(intake.facts) == {"EUR": PRICE}


def test_nothing_is_taken_of_an_allowance_by_an_order_beyond_the_budget() -> None:
    intake = budgeted(PRICE, allowance={"items": 1})
    intake.order(selection_id="a", creator_id="one")
    held = intake.order(selection_id="b", creator_id="two")
    assert codes(held) == OVER
    claims = [d for (n, _), d in intake.facts._documents.items() if n == "allowances"]
    assert [one["creator_id"] for one in claims] == ["one"]


@pytest.mark.parametrize(
    ("price", "currency"), [(None, "EUR"), ({"amount": 1, "currency": "USD"}, "EUR")]
)
def test_what_cannot_be_counted_is_held_for_a_person(
    price: dict[str, Any] | None, currency: str
) -> None:
    limit = {"amount": 10**6, "currency": currency}
    intake = Intake.of(campaigns=[campaign(budget=limit)], items=[item("1", retail_price=price)])
    order = intake.order()
    assert codes(order) == OVER
    approval = Approval("Zoë", now(), tuple(OVER))
    assert judged(intake, order, approval=approval).order["status"] == "approved"


def test_a_person_may_pass_over_it_and_it_counts_then() -> None:
    intake = budgeted(PRICE)
    intake.order(selection_id="a")
    order = intake.order(selection_id="b")
    found = judged(intake, order, approval=Approval("Zoë", now(), tuple(OVER)))
    assert found.order["status"] == "approved"
    assert {put.together for put in found.puts} == {CAMPAIGN}, "the order in the same transaction"
    assert spent(intake.facts) == {"EUR": 2 * PRICE}
    assert judged(intake, found.order).puts == (), "judged again it takes nothing more"


def test_a_raised_budget_releases_what_waited_and_a_lowered_one_takes_nothing_away() -> None:
    intake = budgeted(PRICE)
    first, second = intake.order(selection_id="a"), intake.order(selection_id="b")
    intake.facts.add("campaigns", [campaign(budget={"amount": 2 * PRICE, "currency": "EUR"})])
    after = judged(intake, second).order
    assert after["status"] == "approved"
    intake.facts.add("campaigns", [campaign(budget={"amount": 1, "currency": "EUR"})])
    assert judged(intake, first).puts == ()
    assert judged(intake, after).puts == ()
    assert codes(intake.order(selection_id="c")) == OVER


def test_an_edit_counts_by_its_new_lines() -> None:
    intake = budgeted(3 * PRICE)
    order = intake.order()
    more = Edit(lines=(SelectionLine(sku="SKU-1", quantity=3),))
    assert judged(intake, order, edit=more).order["status"] == "approved"
    assert spent(intake.facts) == {"EUR": 3 * PRICE}
    too_many = Edit(lines=(SelectionLine(sku="SKU-1", quantity=4),))
    assert codes(judged(intake, order, edit=too_many).order) == OVER
    assert spent(intake.facts) == {"EUR": 3 * PRICE}
    fewer = Edit(lines=(SelectionLine(sku="SKU-1", quantity=1),))
    assert judged(intake, order, edit=fewer).order["status"] == "approved"
    assert spent(intake.facts) == {"EUR": PRICE}


def test_it_is_given_back_once_with_the_order_in_the_same_transaction() -> None:
    intake = budgeted(PRICE, allowance={"items": 1})
    order = {**intake.order(), "status": "cancelled", "gives_back": True}
    intake.facts.add("orders", [order])
    puts = given_back(intake.facts, order)
    assert {put.together for put in puts} == {CAMPAIGN}
    assert {put.collection for put in puts} == {"allowances", "budgets", "selections", "orders"}
    for put in puts:
        intake.facts.fold(put)
    assert spent(intake.facts) == {"EUR": 0}
    assert release(intake.facts, order) == ()
    assert intake.order(selection_id="b")["status"] == "approved"


def test_an_order_that_the_store_revived_keeps_what_it_took() -> None:
    intake = budgeted(PRICE)
    order = {**intake.order(), "status": "placed", "gives_back": True}
    (only,) = given_back(intake.facts, order)
    assert (only.collection, "gives_back" in only.document) == ("orders", False)


def test_what_was_given_before_there_was_a_budget_is_counted_before_anything_new() -> None:
    limit = {"amount": 2 * PRICE, "currency": "EUR"}
    intake = Intake.of(budgets=[])
    first, second = (intake.order(selection_id=one) for one in "ab")
    later = campaign(budget=limit)
    intake.facts.add("campaigns", [later])
    held = intake.order(selection_id="c")
    assert codes(held) == OVER
    assert "being counted" in held["reasons"][0]["detail"]
    for order in (first, second, {**first, "status": "placed"}):
        intake.facts.add("orders", [order])
        for put in counted(intake.facts, later, order["_id"]):
            intake.facts.fold(put)
    assert spent(intake.facts) == {"EUR": 2 * PRICE}
    intake.facts.add("budgets", [{**budget(intake), "counted": True}])
    assert "worth" in judged(intake, held).order["reasons"][0]["detail"]
    assert counted(intake.facts, later, held["_id"]) == ()


def test_the_room_left_for_others_is_what_the_budget_has_left() -> None:
    intake = budgeted(3 * PRICE)
    (first,) = [p for p in intake.plan(intake.records.of(body("a"))).puts if p.how is How.ADD]
    (second,) = [p for p in intake.plan(intake.records.of(body("b"))).puts if p.how is How.ADD]
    assert (first.room, second.room) == ({"EUR": 2 * PRICE}, {"EUR": PRICE})
