"""What becomes of records: orders, refusals, dead letters, waits."""

import json
from datetime import timedelta
from typing import Any

import pytest
from giftstream import signatures
from giftstream.delivery.change import How
from giftstream.identity import item_identity, order_identity, selection_identity
from order_placement.intake.publishers import PublisherKey
from order_placement.intake.submission import Submission, decode
from order_placement.recipients import open_recipient
from support.intake_world import (
    ANA,
    BRAND,
    KEY,
    OTHER_STORE,
    SECRET,
    STORE,
    Intake,
    Records,
    body,
    brand,
    campaign,
    codes,
    item,
    orders,
    refusals,
    sealing,
)


def test_bare_json_with_fields_that_nobody_knows_is_fine() -> None:
    order = Intake.of().order(colour="red", recipient={**ANA, "shoe_size": 38})
    assert order["status"] == "approved"
    assert order["_id"] == order_identity(selection_identity(BRAND, "sel-1"), 1)
    assert open_recipient(sealing(), order).name == "Ana García"


def test_three_deliveries_in_one_batch_are_one_order() -> None:
    intake = Intake.of()
    said = body()
    changes = [intake.plan(intake.records.of({**said, "event_id": f"e{n}"})) for n in range(3)]
    assert [len(orders(change)) for change in changes] == [1, 0, 0]
    assert all(not change.puts for change in changes[1:])


def test_a_redelivery_after_the_catalog_changed_means_the_same_order() -> None:
    intake = Intake.of()
    first = intake.order()
    intake.facts.add("catalog_items", [item("1", campaigns=[], status="deleted")])
    assert intake.submit() == []
    assert intake.facts.get("orders", first["_id"]) == first


def test_a_new_order_is_told_again_when_its_record_comes_again() -> None:
    """Whoever inserted it may have died before it was told of; one that moved on was told of."""
    intake = Intake.of()
    first = intake.order()
    intake.facts.add("orders", [{**first, "version": 1}])
    (told,) = intake.plan(intake.records.of(body())).puts
    assert (told.how, told.key) == (How.TELL, ("orders", first["_id"]))
    intake.facts.add("orders", [{**first, "version": 2}])
    assert intake.plan(intake.records.of(body())).puts == ()


def test_orders_that_a_crash_left_out_are_made_from_the_stored_plan() -> None:
    before = Intake.of()
    (first,) = before.submit()
    after = Intake.of(items=[item("1", title="Renamed"), item("7", sku="SKU-1")])
    selection = before.facts.get("selections", first["selection"])
    assert selection is not None
    after.facts.add("selections", [selection])
    (again,) = after.submit()
    assert again["_id"] == first["_id"]
    assert again["lines"] == first["lines"]


def test_the_same_id_with_other_content_is_refused_and_the_first_stands() -> None:
    intake = Intake.of()
    first = intake.order()
    change = intake.plan(intake.records.of(body(lines=[{"sku": "SKU-2", "quantity": 1}])))
    (refused,) = refusals(change)
    assert codes(refused) == ["selection_conflict"]
    assert intake.facts.get("orders", first["_id"]) == first
    assert [entry["topic"] for put in change.puts for entry in put.outbox] == ["selection.refused"]


def test_lines_of_two_stores_are_two_orders_in_the_order_of_first_lines() -> None:
    intake = Intake.of(items=[item("1"), item("2"), item("8", OTHER_STORE)])
    lines = [
        {"store_id": OTHER_STORE, "variant_ref": "8", "quantity": 1},
        {"sku": "SKU-1", "quantity": 2},
        {"item_id": item_identity(STORE, "2"), "quantity": 1},
    ]
    first, second = intake.submit(lines=lines)
    assert (first["store_id"], first["part"]) == (OTHER_STORE, 1)
    assert (second["store_id"], second["part"]) == (STORE, 2)
    assert [line["variant_ref"] for line in second["lines"]] == ["1", "2"]
    assert second["retail_value"]["amount"] == 3 * 2490


def test_what_can_be_routed_goes_on_beside_what_cannot() -> None:
    lines = [{"sku": "SKU-1", "quantity": 1}, {"sku": "NOPE", "quantity": 1}]
    routed, unrouted = Intake.of().submit(lines=lines)
    assert (routed["status"], unrouted["status"]) == ("approved", "on_hold")
    assert unrouted["reasons"][0]["path"] == "lines[1]"


@pytest.mark.parametrize(
    ("value", "park"),
    [
        (None, "null_value"),
        (b"", "unreadable"),
        (b"{", "unreadable"),
        (b"[1]", "unreadable"),
        (b'"text"', "unreadable"),
        (b"\xff\xfe", "unreadable"),
        (b'{"brand_id": "acme"}', "unreadable"),
        (b'{"brand_id": "acme", "selection_id": 7}', "unreadable"),
        (b'{"brand_id": "acme", "selection_id": {"$ne": null}}', "unreadable"),
        (b"[" * 5000, "unreadable"),
    ],
)
def test_what_nobody_can_be_named_for_is_a_dead_letter_and_refused_without_ids(
    value: bytes | None, park: str
) -> None:
    intake = Intake.of()
    change = intake.plan(intake.records.raw(value))
    (refused,) = refusals(change)
    assert change.park == park
    assert (refused["brand_id"], refused["selection_id"]) == (None, None)
    assert codes(refused)[0] == "invalid_selection"
    assert change.puts[0].outbox[0]["key"] == "acme/sel-1"


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"lines": []}, "lines"),
        ({"lines": [{"sku": "S", "quantity": 0}]}, "lines[0].quantity"),
        ({"lines": [{"sku": "S", "quantity": 101}]}, "lines[0].quantity"),
        ({"lines": [{"sku": "S", "quantity": "2"}]}, "lines[0].quantity"),
        ({"lines": [{"quantity": 1}]}, "lines[0]"),
        ({"lines": [{"sku": "S", "quantity": 1}] * 51}, "lines"),
        ({"creator_id": None}, "creator_id"),
        ({"recipient": {"email": {"$ne": None}}}, "recipient.email"),
    ],
)
def test_a_selection_that_is_not_well_formed_is_refused_under_its_ids(
    changed: dict[str, Any], path: str
) -> None:
    intake = Intake.of()
    change = intake.plan(intake.records.of(body(**changed)))
    (refused,) = refusals(change)
    assert change.park is None
    assert refused["selection_id"] == "sel-1"
    assert [(one["code"], one["path"]) for one in refused["reasons"]] == [
        ("invalid_selection", path)
    ]


def test_all_that_is_wrong_is_said_at_once() -> None:
    intake = Intake.of()
    change = intake.plan(intake.records.of(body(creator_id="", campaign_id=None, lines=[])))
    (refused,) = refusals(change)
    assert {one["path"] for one in refused["reasons"]} == {"creator_id", "campaign_id", "lines"}


def test_more_than_256_kib_is_a_dead_letter_and_refused_under_its_ids() -> None:
    intake = Intake.of()
    change = intake.plan(intake.records.of(body(padding="x" * 300 * 1024)))
    (refused,) = refusals(change)
    assert change.park == "too_large"
    assert refused["selection_id"] == "sel-1"


def test_a_header_that_is_not_utf8_matters_only_where_it_is_read() -> None:
    intake = Intake.of()
    other = intake.records.of(body("a"), [("x-other", b"\xff"), ("traceparent", b"\xff\xfe")])
    assert len(orders(intake.plan(other))) == 1
    broken = intake.records.of(body("b"), [(signatures.HEADER, b"v1,\xff,00")])
    change = intake.plan(broken)
    assert change.park == "bad_header"
    assert codes(refusals(change)[0]) == ["bad_signature"]


def test_a_refused_record_that_comes_again_is_refused_once() -> None:
    intake = Intake.of()
    record = intake.records.raw(b"{")
    intake.plan(record)
    again = intake.plan(record)
    assert (again.puts, again.park) == ((), "unreadable")


@pytest.mark.parametrize(
    "header", [b"nonsense", b"v1,key-1,00", b"v2,key-1," + b"0" * 64, b"v1,key-1," + b"0" * 64]
)
def test_a_wrong_signature_is_refused_whatever_the_brand_takes(header: bytes) -> None:
    intake = Intake.of()
    change = intake.plan(intake.records.of(body(), [(signatures.HEADER, header)]))
    assert codes(refusals(change)[0]) == ["bad_signature"]
    assert change.park is None


def test_a_publisher_of_another_brand_cannot_order_for_this_one() -> None:
    intake = Intake.of()
    intake.facts.keys = {KEY: PublisherKey("other-brand", SECRET)}
    assert codes(refusals(intake.plan(intake.records.signed(body())))[0]) == ["bad_signature"]


def test_a_brand_may_refuse_what_nobody_signed() -> None:
    intake = Intake.of(brands=[brand(unsigned_selections="refuse")])
    change = intake.plan(intake.records.of(body()))
    assert codes(refusals(change)[0]) == ["unsigned_not_accepted"]
    assert len(orders(intake.plan(intake.records.signed(body())))) == 1


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ({"brands": []}, "unknown_brand"),
        ({"campaigns": []}, "unknown_campaign"),
        ({"campaigns": [campaign(brand_id="other")]}, "unknown_campaign"),
    ],
)
def test_what_is_not_known_yet_waits_a_minute_and_is_then_refused(
    missing: dict[str, Any], code: str
) -> None:
    intake = Intake.of(**missing)
    record = intake.records.of(body())
    (waiting,) = intake.plan(record).puts
    assert (waiting.collection, waiting.document["code"]) == ("waiting", code)
    assert b"Ana" not in waiting.document["record"]
    intake.facts.now += timedelta(seconds=59)
    assert intake.plan(record).puts == ()
    intake.facts.now += timedelta(seconds=2)
    assert codes(refusals(intake.plan(record))[0]) == [code]


def test_what_waited_becomes_an_order_when_the_fact_comes() -> None:
    intake = Intake.of(campaigns=[])
    record = intake.records.of(body())
    intake.plan(record)
    intake.facts.add("campaigns", [campaign()])
    assert len(orders(intake.plan(record))) == 1


def test_an_unknown_key_waits_and_is_then_a_bad_signature() -> None:
    intake = Intake.of()
    intake.facts.keys = {}
    record = intake.records.signed(body())
    assert intake.plan(record).puts[0].document["code"] == "bad_signature"
    intake.facts.now += timedelta(seconds=61)
    assert codes(refusals(intake.plan(record))[0]) == ["bad_signature"]


def test_the_digest_is_of_the_content_alone_and_never_changes() -> None:
    def digest(said: dict[str, Any]) -> bytes:
        found = decode(Records().raw(json.dumps(said).encode()))
        assert isinstance(found, Submission)
        return found.digest

    turned = dict(reversed(body().items()))
    envelope = {"event_id": "e9", "occurred_at": "2026-01-01T00:00:00Z", "note": None}
    assert digest(body()) == digest(turned) == digest({**body(), **envelope})
    assert digest(body()) != digest(body(note="a note"))
    # Pinned: documents in databases hold digests made by this code.
    assert digest(body()).hex() == "3804ed75b94b3bb27d2e16bb54c322cfadac7197"
