"""Each row of the table of reasons that is known when a selection comes in."""

from typing import Any

import pytest
from order_placement.order_events import render_order_changed
from support.intake_world import (
    OTHER_STORE,
    STORE,
    Intake,
    body,
    brand,
    campaign,
    codes,
    item,
    orders,
    recipient,
    store,
)


def test_a_good_selection_of_an_approving_campaign_is_approved_and_due_at_once() -> None:
    order = Intake.of().order()
    assert (order["status"], order["reasons"]) == ("approved", [])
    assert order["due_at"] is not None
    assert order["charged"] == {"amount": 0, "currency": "EUR"}
    assert order["retail_value"] == {"amount": 2490, "currency": "EUR"}
    assert order["cost"] == {"amount": 900, "currency": "EUR"}
    assert b"Ana" not in order["recipient"]
    assert order["country"] == "ES"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"type": "paid_only"}, ["campaign_not_gifting"]),
        ({"status": "closed"}, ["campaign_closed"]),
        ({"status": "draft"}, ["campaign_closed"]),
        ({"countries": ["FR"]}, ["no_store_for_country"]),
        ({"countries": ["ES"]}, []),
        ({"type": "paid_and_gifting"}, []),
    ],
)
def test_the_campaign_decides_whether_gifts_go_out(
    changed: dict[str, Any], expected: list[str]
) -> None:
    order = Intake.of(campaigns=[campaign(**changed)]).order()
    assert codes(order) == expected
    assert order["status"] == ("on_hold" if expected else "approved")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"email": None}, ["missing_email"]),
        ({"email": "  "}, ["missing_email"]),
        ({"email": "ana@nowhere"}, ["missing_email"]),
        ({"email": "ana @example.com"}, ["missing_email"]),
        ({"address": {"line1": None}}, ["missing_address"]),
        ({"address": {"city": " "}}, ["missing_address"]),
        ({"address": {"postcode": None}}, ["missing_address"]),
        ({"address": {"country": None}}, ["missing_address"]),
        ({"address": {"country": "Narnia"}}, ["invalid_address"]),
        ({"address": {"country": "España", "postcode": "28013"}}, ["invalid_address"]),
        ({"address": {"country": "Spain"}}, []),
        ({"address": {"country": "esp"}}, []),
        ({"address": {"country": "AE", "postcode": None}}, []),
        ({"address": {"country": "SG", "city": None, "postcode": "018956"}}, []),
        ({"phone": None}, []),
        ({"phone": "call me"}, []),
        ({"name": None}, []),
    ],
)
def test_the_recipient_must_be_reachable(changed: dict[str, Any], expected: list[str]) -> None:
    order = Intake.of().order(recipient=recipient(**changed))
    assert codes(order) == expected


def test_no_recipient_at_all_is_held_for_everything_that_is_missing() -> None:
    assert codes(Intake.of().order(recipient=None)) == ["missing_email", "missing_address"]


def test_what_needs_no_shipping_needs_no_address() -> None:
    digital = [item("1", requires_shipping=False)]
    order = Intake.of(items=digital).order(recipient={"email": "ana@example.com"})
    assert order["status"] == "approved"
    assert order["needs_shipping"] is False


@pytest.mark.parametrize(
    ("phone", "expected"), [(None, ["missing_phone"]), ("12", ["missing_phone"]), ("612345678", [])]
)
def test_a_store_may_demand_a_phone(phone: str | None, expected: list[str]) -> None:
    intake = Intake.of(stores=[store(requires_phone=True)])
    assert codes(intake.order(recipient=recipient(phone=phone))) == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], "product_not_imported"),
        ([item("1", campaigns=["other"])], "product_not_imported"),
        ([item("1", brand_id="other")], "product_not_imported"),
        ([item("1", status="deleted")], "product_deleted"),
        ([item("1", status="unavailable")], "variant_unavailable"),
        ([item("1"), item("9", sku="SKU-1")], "ambiguous_product"),
    ],
)
def test_a_product_must_be_the_campaigns_to_give(items: list[Any], expected: str) -> None:
    order = Intake.of(items=items).order()
    assert codes(order) == [expected]
    assert order["status"] == "on_hold"
    assert order["reasons"][0]["path"] == "lines[0]"


def test_an_order_that_found_no_store_echoes_what_was_submitted() -> None:
    order = Intake.of(items=[]).order(lines=[{"sku": "TEE", "quantity": 3}])
    said = render_order_changed(order)
    assert said.store_id is None
    assert (said.charged, said.retail_value, said.cost) == (None, None, None)
    assert said.lines[0].model_dump(exclude_none=True) == {"sku": "TEE", "quantity": 3}


def test_the_creators_country_decides_between_stores_with_the_same_sku() -> None:
    both = [item("1"), item("5", OTHER_STORE, sku="SKU-1")]
    stores = [store(countries=["FR"]), store(OTHER_STORE, countries=["ES"])]
    assert Intake.of(items=both, stores=stores).order()["store_id"] == OTHER_STORE


def test_with_equal_stores_the_campaigns_order_decides() -> None:
    both = [item("1"), item("5", OTHER_STORE, sku="SKU-1")]
    assert Intake.of(items=both).order()["store_id"] == STORE
    turned = campaign(stores=[OTHER_STORE, STORE])
    assert Intake.of(items=both, campaigns=[turned]).order()["store_id"] == OTHER_STORE


def test_no_store_of_a_sku_sends_there() -> None:
    order = Intake.of(stores=[store(countries=["FR"])]).order()
    assert (codes(order), order["store_id"]) == (["no_store_for_country"], None)


def test_a_line_that_names_its_store_is_held_when_that_store_does_not_send_there() -> None:
    line = {"store_id": STORE, "variant_ref": "1", "quantity": 1}
    order = Intake.of(stores=[store(countries=["FR"])]).order(lines=[line])
    assert (codes(order), order["store_id"]) == (["no_store_for_country"], STORE)


def test_without_a_country_a_sku_of_several_stores_stays_open() -> None:
    both = [item("1"), item("5", OTHER_STORE, sku="SKU-1")]
    order = Intake.of(items=both).order(recipient={"email": "ana@example.com"})
    assert (codes(order), order["store_id"]) == (["missing_address"], None)


@pytest.mark.parametrize(
    ("approves", "unsigned", "signed", "expected"),
    [
        (True, "accept", False, "approved"),
        (True, "review", False, "pending_review"),
        (True, "review", True, "approved"),
        (True, "refuse", True, "approved"),
        (False, "accept", True, "pending_review"),
    ],
)
def test_who_wrote_and_the_campaign_decide_on_review(
    approves: bool, unsigned: str, signed: bool, expected: str
) -> None:
    intake = Intake.of(
        brands=[brand(unsigned_selections=unsigned)], campaigns=[campaign(auto_approve=approves)]
    )
    record = (intake.records.signed if signed else intake.records.of)(body())
    (order,) = orders(intake.plan(record))
    assert order["status"] == expected
    assert codes(order) == (["needs_review"] if expected == "pending_review" else [])
    assert (order["due_at"] is not None) == (expected == "approved")
