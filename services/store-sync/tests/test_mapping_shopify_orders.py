"""What a Shopify order means, and what it means that the next reading differs."""

import itertools
from typing import Any

import pytest
from giftstream.events import Difference
from hypothesis import given
from hypothesis import strategies as st
from store_sync.differences import events_between, told_differences
from store_sync.snapshots import OrderedLine, Snapshot, gone, snapshot_of
from store_sync.stores.shopify.answers import NonsenseAnswer, OrderStateAnswer, parsed
from store_sync.stores.shopify.orders import seen_order

ORDERED = (OrderedLine(variant_ref="812", sku="TEE-M", quantity=2),)
AT = "2026-11-22T10:00:00Z"


def parcel(number: int = 1, quantity: int = 2, **fields: Any) -> dict[str, Any]:
    """A Fulfillment."""
    return {
        "id": f"gid://shopify/Fulfillment/{number}",
        "status": "SUCCESS",
        "displayStatus": "FULFILLED",
        "createdAt": AT,
        "deliveredAt": None,
        "trackingInfo": [{"company": "DHL", "number": "JD1", "url": "https://dhl.example/JD1"}],
        "fulfillmentLineItems": {
            "nodes": [{"quantity": quantity, "lineItem": {"id": "gid://shopify/LineItem/7"}}]
        },
        **fields,
    }


def refund(quantity: int, *, restocked: bool = True) -> dict[str, Any]:
    """A Refund of the one line."""
    line = {"id": "gid://shopify/LineItem/7"}
    return {
        "refundLineItems": {
            "nodes": [{"quantity": quantity, "restocked": restocked, "lineItem": line}]
        }
    }


def answer(**fields: Any) -> dict[str, Any]:
    """An answer of ORDER_STATE: two of one variant, nothing sent."""
    current = fields.pop("current", 2)
    variant = fields.pop("variant", {"id": "gid://shopify/ProductVariant/812"})
    return {
        "order": {
            "id": "gid://shopify/Order/5",
            "name": "#1001",
            "updatedAt": AT,
            "cancelledAt": None,
            "displayFulfillmentStatus": "UNFULFILLED",
            "returnStatus": "NO_RETURN",
            "currentTotalPriceSet": {"shopMoney": {"amount": "0.0", "currencyCode": "EUR"}},
            "shippingAddress": {"name": "Ana", "city": "Madrid"},
            "lineItems": {
                "nodes": [
                    {
                        "id": "gid://shopify/LineItem/7",
                        "quantity": 2,
                        "currentQuantity": current,
                        "sku": "TEE-M",
                        "variant": variant,
                    }
                ]
            },
            "fulfillments": [],
            "refunds": [],
            **fields,
        }
    }


def read(before: Snapshot = Snapshot(), **fields: Any) -> Snapshot:  # noqa: B008 - frozen
    """The snapshot of an answer."""
    order = parsed(OrderStateAnswer, answer(**fields)).order
    assert order is not None
    return snapshot_of(seen_order(order), ORDERED, before)


def topics(before: Snapshot, now: Snapshot) -> list[str]:
    return [kind.topic for kind in events_between(before, now)]


PENDING = read()
SENT = read(displayFulfillmentStatus="FULFILLED", fulfillments=[parcel()])
MOVING = read(
    displayFulfillmentStatus="FULFILLED", fulfillments=[parcel(displayStatus="IN_TRANSIT")]
)
DELIVERED = read(
    displayFulfillmentStatus="FULFILLED",
    fulfillments=[parcel(displayStatus="DELIVERED", deliveredAt=AT)],
)
CALLED_BACK = read(
    displayFulfillmentStatus="UNFULFILLED",
    fulfillments=[parcel(status="CANCELLED", displayStatus="CANCELED")],
)
CANCELLED = read(cancelledAt=AT, current=0, refunds=[refund(2)])


@pytest.mark.parametrize(
    "vendor",
    [
        "UNFULFILLED",
        "OPEN",
        "ON_HOLD",
        "SCHEDULED",
        "IN_PROGRESS",
        "PENDING_FULFILLMENT",
        "REQUEST_DECLINED",
        "RESTOCKED",
        "A_WORD_OF_TOMORROW",
    ],
)
def test_whatever_has_not_left_is_pending(vendor: str) -> None:
    assert read(displayFulfillmentStatus=vendor).store_status == "pending"


def test_statuses_follow_the_parcels() -> None:
    assert [one.store_status for one in (PENDING, SENT, MOVING, DELIVERED)] == [
        "pending",
        "fulfilled",
        "in_transit",
        "delivered",
    ]


def test_it_is_delivered_only_when_every_live_parcel_is() -> None:
    arrived = parcel(1, 1, displayStatus="DELIVERED")
    under_way = parcel(2, 1, displayStatus="IN_TRANSIT")
    both = {"displayFulfillmentStatus": "FULFILLED", "fulfillments": [arrived, under_way]}
    assert read(**both).store_status == "in_transit"
    lost = parcel(2, 1, status="CANCELLED")
    assert read(**both | {"fulfillments": [arrived, lost]}).store_status == "delivered"


def test_a_part_that_arrived_is_still_a_part() -> None:
    part = read(
        displayFulfillmentStatus="PARTIALLY_FULFILLED",
        fulfillments=[parcel(1, 1, displayStatus="DELIVERED")],
    )
    assert part.store_status == "partially_fulfilled"
    assert topics(PENDING, part) == ["order.fulfilled"]
    whole = read(
        part,
        displayFulfillmentStatus="FULFILLED",
        fulfillments=[parcel(1, 1, displayStatus="DELIVERED"), parcel(2, 1)],
    )
    assert "order.fulfilled" in topics(part, whole)


def test_a_cancelled_fulfilment_lowers_the_status_and_says_so() -> None:
    assert CALLED_BACK.store_status == "pending"
    assert CALLED_BACK.shipments[0].status == "cancelled"
    assert "order.edited" in topics(SENT, CALLED_BACK)
    fallen = Difference(field="status", ordered="fulfilled", found="pending")
    assert told_differences(SENT, CALLED_BACK) == (fallen,)
    again = read(
        displayFulfillmentStatus="FULFILLED",
        fulfillments=[parcel(status="CANCELLED", displayStatus="CANCELED"), parcel(2)],
    )
    assert "order.fulfilled" in topics(CALLED_BACK, again)


def test_cancelling_keeps_the_tracking_already_shown() -> None:
    cancelled = read(
        cancelledAt=AT, current=0, fulfillments=[parcel(status="CANCELLED")], refunds=[refund(2)]
    )
    assert cancelled.store_status == "cancelled"
    assert cancelled.shipments[0].tracking_number == "JD1"
    assert "order.cancelled" in topics(SENT, cancelled)
    assert cancelled.differences == ()


def test_what_came_back_is_a_return_and_what_never_left_is_an_edit() -> None:
    delivered = {
        "displayFulfillmentStatus": "FULFILLED",
        "fulfillments": [parcel(displayStatus="DELIVERED", deliveredAt=AT)],
    }
    one = read(**delivered, current=1, refunds=[refund(1)], returnStatus="RETURNED")
    assert one.store_status == "partially_returned"
    assert [(line.variant_ref, line.quantity) for line in one.returned_lines] == [("812", 1)]
    assert one.differences == ()
    both = read(**delivered, current=0, refunds=[refund(1), refund(1)])
    assert both.store_status == "returned"
    assert topics(DELIVERED, one) == ["order.returned"]
    assert topics(one, both) == ["order.returned"]
    removed = read(current=1, refunds=[refund(1)])
    assert removed.store_status == "pending"
    assert removed.returned_lines == ()
    assert removed.differences[0].field == "lines.812.quantity"
    assert topics(PENDING, removed) == ["order.edited"]


def test_a_deleted_product_is_known_from_before_or_by_its_sku() -> None:
    deleted = read(PENDING, variant=None)
    assert deleted.differences == ()
    assert read(variant=None).lines[0].variant_ref == "812"
    assert topics(PENDING, deleted) == []


def test_an_order_that_is_gone_is_cancelled_and_keeps_its_parcels() -> None:
    absent = gone(SENT, SENT.updated_at)  # type: ignore[arg-type]  # a time here
    assert absent.store_status == "cancelled"
    assert absent.shipments == SENT.shipments
    assert "order.cancelled" in topics(SENT, absent)


def test_a_link_that_could_run_in_a_page_is_dropped() -> None:
    tracking = [{"company": None, "number": None, "url": "javascript:alert(1)"}]
    shown = read(displayFulfillmentStatus="FULFILLED", fulfillments=[parcel(trackingInfo=tracking)])
    assert shown.shipments[0].tracking_url is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"updatedAt": "yesterday"},
        {"current": -1},
        {"current": 2.5},
        {"lineItems": None},
        {"fulfillments": [{"id": "x"}]},
        {"currentTotalPriceSet": {"shopMoney": {"amount": "NaN€", "currencyCode": "EUR"}}},
    ],
)
def test_an_answer_that_makes_no_sense_is_not_believed(wrong: dict[str, Any]) -> None:
    with pytest.raises(NonsenseAnswer):
        read(**wrong)


STATES = (PENDING, SENT, MOVING, DELIVERED, CALLED_BACK, CANCELLED)


@pytest.mark.parametrize(("before", "now"), list(itertools.product(STATES, STATES)))
def test_every_difference_is_an_event_and_no_difference_is_none(
    before: Snapshot, now: Snapshot
) -> None:
    told = events_between(before, now)
    assert bool(told) == (before.visible() != now.visible())
    assert len(told) == len(set(told))


@given(st.lists(st.sampled_from(STATES), max_size=12))
def test_whatever_was_seen_on_the_way_the_last_reading_stands(way: list[Snapshot]) -> None:
    last, fulfilled = Snapshot(), 0
    for one in [*way, DELIVERED]:
        kept = Snapshot.model_validate(one.model_dump())
        assert kept == one
        fulfilled += "order.fulfilled" in topics(last, kept)
        last = kept
    assert last.store_status == "delivered"
    assert fulfilled >= 1
    assert topics(last, DELIVERED) == []
