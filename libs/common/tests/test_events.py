"""What every event promises: its key, its headers, its place in the tables."""

import json
import typing
from datetime import UTC, datetime

import pytest
from giftstream.events import (
    EVENTS,
    Allowance,
    Money,
    OrderFulfilled,
    ReasonCode,
    SelectionRefused,
    Source,
    StoreOrder,
    headers_for,
)
from giftstream.reasons import REASONS, reason, sentence
from pydantic import ValidationError

AT = datetime(2026, 11, 22, 10, 0, 0, 5000, tzinfo=UTC)


def fulfilled() -> OrderFulfilled:
    return OrderFulfilled(
        event_id="e-1",
        occurred_at=AT,
        order_id="o-1",
        selection_id="s-1",
        brand_id="b",
        campaign_id="c",
        creator_id="cr",
        observation=3,
        store_status="fulfilled",
        store_order=StoreOrder(platform="shopify", id="77"),
        observed_at=AT,
        source="poll",
    )


def test_headers_are_cloudevents_in_binary_mode() -> None:
    trace = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    headers = dict(headers_for(fulfilled(), "store-sync", trace))
    assert headers == {
        "ce_specversion": b"1.0",
        "ce_id": b"e-1",
        "ce_type": b"order.fulfilled",
        "ce_source": b"store-sync",
        "ce_time": b"2026-11-22T10:00:00.005000Z",
        "ce_subject": b"o-1",
        "content-type": b"application/json",
        "traceparent": trace.encode(),
    }


def test_events_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        fulfilled().order_id = "another"  # type: ignore[misc]  # that is the point


def test_a_refusal_without_ids_is_keyed_by_its_source() -> None:
    source = Source(topic="selection.submitted", partition=2, offset=41)
    refusal = SelectionRefused(event_id="e", occurred_at=AT, reasons=(), source=source)
    assert refusal.key() == "selection.submitted/2/41"


@pytest.mark.parametrize("amount", ["5", 5.0, 1.5, True, None, 10**16])
def test_money_is_whole_minor_units(amount: object) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate_json(json.dumps({"amount": amount, "currency": "EUR"}))


def test_a_limit_is_a_number_or_unlimited_and_never_null() -> None:
    assert Allowance(items="unlimited", value=5).orders_per_creator == 0
    for wrong in (None, "many", -1, "5", True):
        with pytest.raises(ValidationError):
            Allowance.model_validate({"items": wrong})


def test_every_topic_is_named_subject_and_past_participle() -> None:
    assert len(EVENTS) == 18
    assert all(topic.count(".") == 1 for topic in EVENTS)


def test_every_reason_has_one_sentence_that_says_what_to_do() -> None:
    assert set(REASONS) == set(typing.get_args(ReasonCode))
    assert len({text.sentence for text in REASONS.values()}) == len(REASONS)
    assert all(text.sentence.endswith(".") and ";" in text.sentence for text in REASONS.values())


def test_a_reason_says_its_sentence_unless_told_better() -> None:
    assert reason("out_of_stock").detail == sentence("out_of_stock")
    assert reason("store_rejected", "No.", "lines[0]").model_dump() == {
        "code": "store_rejected",
        "detail": "No.",
        "path": "lines[0]",
    }
