"""Orders that exist are judged by the same rules, and their parts never get lost."""

from typing import Any

import pytest
from giftstream.clock import now
from giftstream.events import Recipient, SelectionLine
from giftstream.identity import order_identity
from giftstream.mongo import Document
from order_placement.deciding.edits import Approval, Edit, is_editable
from order_placement.deciding.judge_order import Judged, JudgeOrder
from order_placement.recipients import open_recipient
from support.intake_world import (
    OTHER_STORE,
    STORE,
    Intake,
    campaign,
    codes,
    item,
    recipient,
    sealing,
    store,
)

UNKNOWN = [{"sku": "SKU-1", "quantity": 1}, {"sku": "SKU-8", "quantity": 2}]
JUDGE = JudgeOrder(sealing())


def judged(intake: Intake, order: Document, **said: Any) -> Judged:
    found = JUDGE(order["_id"], intake.facts, **said)
    for put in found.puts:
        intake.facts.fold(put)
    return found


def imported(before: Intake, *items: Document) -> Intake:
    """The same world after an import."""
    after = Intake.of(items=list(items))
    for (collection, _), document in before.facts._documents.items():
        if collection in ("orders", "selections", "allowances", "campaigns"):
            after.facts.add(collection, [document])
    return after


def test_nothing_is_written_when_nothing_changed() -> None:
    intake = Intake.of()
    assert judged(intake, intake.order()).puts == ()


def test_an_unrouted_order_keeps_its_id_when_its_product_comes() -> None:
    before = Intake.of(items=[])
    order = before.order()
    after = judged(imported(before, item("1")), order).order
    assert (after["_id"], after["status"], after["store_id"]) == (order["_id"], "approved", STORE)
    assert after["charged"] == {"amount": 0, "currency": "EUR"}
    assert after["lines"][0]["submitted"] == order["lines"][0]["submitted"]


def test_routed_later_to_several_stores_the_first_keeps_the_id_and_others_take_next_numbers() -> (
    None
):
    before = Intake.of(items=[])
    order = before.order(lines=UNKNOWN)
    after = imported(before, item("1"), item("8", OTHER_STORE))
    found = judged(after, order)
    assert found.order["store_id"] == STORE
    second = after.facts.get("orders", order_identity(order["selection"], 2))
    assert second is not None
    assert (second["store_id"], second["status"], second["part"]) == (OTHER_STORE, "approved", 2)
    assert open_recipient(sealing(), second).email == "ana@example.com"
    selection = after.facts.get("selections", order["selection"])
    assert selection is not None
    assert [one["store_id"] for one in selection["plan"]] == [STORE, OTHER_STORE]


def test_what_a_crash_left_between_plan_and_orders_is_made_from_the_plan() -> None:
    before = Intake.of(items=[])
    order = before.order(lines=UNKNOWN)
    torn = imported(before, item("1"), item("8", OTHER_STORE))
    puts = JUDGE(order["_id"], torn.facts).puts
    assert [put.collection for put in puts] == ["selections", "orders", "orders"]
    torn.facts.fold(puts[0])
    # The catalog changed again before the process came back: the plan is the truth.
    later = imported(torn, item("1", campaigns=[]))
    later.facts.add("selections", [puts[0].document])
    judged(later, order)
    both = [later.facts.get("orders", order_identity(order["selection"], n)) for n in (1, 2)]
    assert [one and one["store_id"] for one in both] == [STORE, OTHER_STORE]
    assert [one and len(one["lines"]) for one in both] == [1, 1]


def test_a_part_that_is_still_unknown_stays_with_the_order() -> None:
    before = Intake.of(items=[])
    order = before.order(lines=UNKNOWN)
    after = imported(before, item("8", OTHER_STORE))
    found = judged(after, order)
    assert (found.order["store_id"], codes(found.order)) == (None, ["product_not_imported"])
    assert [line["sku"] for line in found.order["lines"]] == ["SKU-1"]
    second = after.facts.get("orders", order_identity(order["selection"], 2))
    assert second is not None
    assert second["store_id"] == OTHER_STORE


def test_a_corrected_country_finds_its_store() -> None:
    intake = Intake.of(stores=[store(countries=["FR"]), store(OTHER_STORE)])
    order = intake.order()
    assert codes(order) == ["no_store_for_country"]
    edit = Edit(recipient=Recipient.model_validate(recipient(address={"country": "FR"})))
    after = judged(intake, order, edit=edit).order
    assert (after["status"], after["store_id"], after["country"]) == ("approved", STORE, "FR")


def test_edited_lines_must_be_of_the_orders_own_store() -> None:
    intake = Intake.of(items=[item("1"), item("8", OTHER_STORE)])
    order = intake.order()
    other = SelectionLine(store_id=OTHER_STORE, variant_ref="8", quantity=1)
    found = judged(intake, order, edit=Edit(lines=(other,)))
    assert found.puts == ()
    assert [one.code for one in found.refused] == ["product_not_imported"]


def test_a_routed_order_stays_in_its_store_with_the_lines_that_a_person_gave_it() -> None:
    stores = [store(countries=["ES"]), store(OTHER_STORE, countries=["US"])]
    intake = Intake.of(stores=stores, items=[item("1"), item("1", OTHER_STORE)])
    order = intake.order()
    frozen = intake.facts.get("selections", order["selection"])
    moved = Recipient.model_validate(recipient(address={"country": "US"}))
    judged(intake, order, edit=Edit(lines=(SelectionLine(sku="SKU-1", quantity=2),)))
    for said in ({}, {"edit": Edit(moved)}, {}):
        judged(intake, order, **said)
        after = intake.facts.get("orders", order["_id"])
        assert after is not None
        assert (order["store_id"], after["store_id"]) == (STORE, STORE)
        assert [one["quantity"] for one in after["lines"]] == [2]
    assert intake.facts.get("selections", order["selection"]) == frozen
    assert codes(after) == ["no_store_for_country"]


@pytest.mark.parametrize("code", ["out_of_stock", "store_rejected", "total_not_zero"])
def test_what_only_the_store_knows_is_kept_until_something_may_have_ended_it(code: str) -> None:
    intake = Intake.of()
    order = intake.order()
    held = {**order, "status": "on_hold", "reasons": [{"code": code, "detail": "d", "path": None}]}
    intake.facts.add("orders", [held])
    assert codes(judged(intake, held).order) == [code]
    assert judged(intake, held, cleared=[code]).order["status"] == "approved"


def test_overrides_count_for_what_they_name_alone() -> None:
    intake = Intake.of(campaigns=[campaign(allowance={"items": 0}, auto_approve=False)])
    order = intake.order(recipient=recipient(email=None))
    approval = Approval("Zoë", now(), ("allowance_exceeded",))
    after = judged(intake, order, approval=approval).order
    assert codes(after) == ["missing_email"]
    edit = Edit(recipient=Recipient.model_validate(recipient()))
    fixed = judged(intake, after, edit=edit).order
    assert (fixed["status"], fixed["approved"]["by"]) == ("approved", "Zoë")
    assert any(name == "allowances" for name, _ in intake.facts._documents)


def test_an_approved_order_keeps_its_place_in_the_lane() -> None:
    intake = Intake.of()
    order = intake.order()
    edit = Edit(shipping_method="Express")
    after = judged(intake, order, edit=edit).order
    assert (after["due_at"], after["shipping_method"]) == (order["due_at"], "Express")


@pytest.mark.parametrize(
    "edit",
    [
        Edit(recipient=Recipient.model_validate(recipient(name="Eva"))),
        Edit(lines=(SelectionLine(sku="SKU-2", quantity=1),)),
        Edit(shipping_method="Express"),
    ],
    ids=["recipient", "lines", "shipping method"],
)
def test_every_edit_is_another_revision_of_the_content(edit: Edit) -> None:
    intake = Intake.of()
    order = intake.order()
    assert judged(intake, order, edit=edit).order["content"] == 1
    assert judged(intake, order, edit=edit).order["content"] == 2
    assert judged(intake, order).order["content"] == 2, "judging again is no edit"


@pytest.mark.parametrize(
    ("status", "phase", "handle", "editable"),
    [
        ("pending_review", None, None, True),
        ("on_hold", "held", None, True),
        ("on_hold", "held", "7", True),
        ("approved", "held", "7", True),
        ("placing", "committing", "7", False),
        ("placing", "intent", None, False),
        ("placed", "placed", "7", False),
        ("cancelled", "held", None, False),
    ],
)
def test_an_order_is_edited_until_placing_starts_and_again_when_the_store_refused_it(
    status: str, phase: str | None, handle: str | None, editable: bool
) -> None:
    placing = {"phase": phase, "handle": handle}
    assert is_editable({"status": status, "placing": placing}) is editable
