"""What platforms may send, and how they hear what is wrong with it."""

import json
from typing import Any

import pytest
from giftstream.events import Reason, SelectionSubmitted, encode, problems_of
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

IDS = {"selection_id": "s-1", "brand_id": "acme", "campaign_id": "spring", "creator_id": "c-1"}


def body(**changed: Any) -> dict[str, Any]:
    return {**IDS, "lines": [{"sku": "TEE", "quantity": 1}], **changed}


def parsed(**changed: Any) -> SelectionSubmitted:
    return SelectionSubmitted.model_validate_json(json.dumps(body(**changed)))


def refused(raw: dict[str, Any] | bytes) -> list[Reason]:
    raw = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    with pytest.raises(ValidationError) as caught:
        SelectionSubmitted.model_validate_json(raw)
    return list(problems_of(caught.value))


def test_four_ids_and_one_line_are_enough() -> None:
    selection = parsed()
    assert selection.key() == "acme/s-1"
    assert selection.recipient is None


def test_what_is_left_out_or_null_is_filled() -> None:
    left_out, null = parsed(), parsed(event_id=None, occurred_at=None)
    assert left_out.event_id != null.event_id
    assert null.occurred_at.tzinfo is not None


def test_a_recipient_may_be_incomplete() -> None:
    assert parsed(recipient={"address": {"city": "Madrid"}, "email": None}).recipient is not None


def test_a_time_is_printed_in_utc() -> None:
    said = json.loads(encode(parsed(occurred_at="2026-11-22T10:00:00+02:00")))
    assert said["occurred_at"] == "2026-11-22T08:00:00Z"


def test_fifty_lines_are_taken_and_fifty_one_are_not() -> None:
    line = {"sku": "TEE", "quantity": 100}
    assert len(parsed(lines=[line] * 50).lines) == 50
    assert refused(body(lines=[line] * 51))[0].detail == "Give at most 50."
    assert refused(body(lines=[]))[0].detail == "Give at least 1."


@pytest.mark.parametrize("quantity", ["2", True, 1.5, 1.0, 0, -1, 101, None, [], 10**30])
def test_a_quantity_is_a_whole_number_from_1_to_100(quantity: object) -> None:
    (reason,) = refused(body(lines=[{"sku": "TEE", "quantity": quantity}]))
    assert (reason.code, reason.path) == ("invalid_selection", "lines[0].quantity")


@pytest.mark.parametrize(
    "product",
    [{"item_id": "i"}, {"store_id": "s", "variant_ref": "8"}, {"sku": "A/B", "item_id": None}],
)
def test_a_line_names_its_product_in_one_of_three_ways(product: dict[str, str]) -> None:
    assert parsed(lines=[{**product, "quantity": 1}])


@pytest.mark.parametrize(
    "product",
    [
        {},
        {"item_id": "i", "sku": "A"},
        {"store_id": "s"},
        {"variant_ref": "8"},
        {"store_id": "s", "variant_ref": "8", "sku": "A"},
    ],
)
def test_a_line_that_names_none_or_two_products_is_refused(product: dict[str, str]) -> None:
    assert refused(body(lines=[{**product, "quantity": 1}]))[0].path == "lines[0]"


@pytest.mark.parametrize(
    "bad", ["", "a/b", "x" * 129, "a\nb", "a\u202eb", "a\u200bb", "a\x00", 7, None, ["a"]]
)
def test_an_id_is_1_to_128_printable_characters_without_a_slash(bad: object) -> None:
    assert refused(body(brand_id=bad))[0].path == "brand_id"


@given(st.text(min_size=1, max_size=128))
def test_an_id_is_taken_when_python_calls_it_printable(text: str) -> None:
    # Unassigned and private characters are the one difference: they are let through.
    if text.isprintable() and "/" not in text:
        assert parsed(brand_id=text).brand_id == text


@pytest.mark.parametrize(
    ("field", "length"), [("name", 200), ("email", 320), ("phone", 40), ("locale", 35)]
)
def test_texts_have_their_lengths(field: str, length: int) -> None:
    assert parsed(recipient={field: "x" * length})
    (reason,) = refused(body(recipient={field: "x" * (length + 1)}))
    assert reason.path == f"recipient.{field}"


@pytest.mark.parametrize(
    "raw",
    [b"", b"{canary", b'{"a": \xff}', b"[" * 100_000, b"null", b'"canary"', b'{"a": NaN}', b"[1]"],
)
def test_what_is_no_selection_at_all_is_refused_not_crashed_on(raw: bytes) -> None:
    assert refused(raw)


def test_reasons_never_echo_what_was_sent() -> None:
    wrong = body(
        brand_id="canary/canary",
        occurred_at="canary",
        note=["canary"],
        recipient={"name": {"x": "canary"}, "email": "canary" * 99},
        lines=[{"sku": "", "quantity": "canary"}, "canary"],
    )
    reasons = refused(wrong)
    assert len(reasons) >= 7
    assert "canary" not in json.dumps([reason.model_dump() for reason in reasons])


def test_a_list_with_wrong_items_is_not_also_called_too_short() -> None:
    assert [one.path for one in refused(body(lines=[{"sku": "A", "quantity": 0}]))] == [
        "lines[0].quantity"
    ]


def test_at_most_twenty_reasons_are_given() -> None:
    assert len(refused(body(lines=[{"sku": "A", "quantity": 0}] * 50))) == 20


def test_a_time_beyond_utc_is_refused_not_crashed_on() -> None:
    assert refused(body(occurred_at="0001-01-01T00:00:00+14:00"))[0].path == "occurred_at"
