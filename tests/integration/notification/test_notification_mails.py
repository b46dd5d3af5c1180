"""Whom an order's life is told to: once a fact, whatever Kafka and the mail server do."""

from typing import Any

import pytest

from .conftest import ARRIVED, PLACED, RECEIVED, Notification, Order

LAST = {"order_delivered": "sent", "brand_order_delivered": "sent"}


async def test_each_step_is_one_mail_in_the_order_of_the_steps(
    notification: Notification, order: Order, said: Any
) -> None:
    await notification.tell(order.is_now(1, "approved"), order.is_now(2, "placed"))
    await notification.becomes(order, **PLACED)
    await notification.tell(order.is_now(3, "in_transit"))
    await notification.becomes(order, **PLACED, order_shipped="sent")
    await notification.tell(order.is_now(4, "delivered"))
    await notification.becomes(order, **PLACED, order_shipped="sent", **LAST)
    subjects = [mail["subject"].rpartition(" ")[2] for mail in notification.mails_to(order.creator)]
    assert subjects == ["choice", "ordered", "way", "arrived"]
    (mail,) = notification.mails_to(order.contact)
    assert mail["subject"].endswith("has arrived")
    told = await said("notification.sent", order)
    assert len(told) == len({one["template"] for one in told}) == 5


async def test_who_hears_only_the_end_sends_placed_first_and_no_step_between(
    notification: Notification, order: Order
) -> None:
    await notification.tell(order.is_now(9, "delivered"))
    await notification.becomes(order, **ARRIVED)
    first, second = notification.mails_to(order.creator)
    assert first["subject"].endswith("is ordered")
    assert second["subject"].endswith("has arrived")


async def test_the_same_event_many_times_is_one_mail(
    notification: Notification, order: Order
) -> None:
    waits = order.is_now(2, "approved")
    await notification.tell(*[waits] * 20)
    await notification.becomes(order, **RECEIVED)
    await notification.tell(*[waits] * 20, order.is_now(1, "pending_review"))
    other = Order(notification)
    await notification.tell(other.is_now(1, "approved"))
    await notification.becomes(other, **RECEIVED)
    assert len(notification.mails_to(order.creator)) == 1


async def test_a_held_order_is_told_to_the_brand_and_the_creator_hears_of_no_hold(
    notification: Notification, order: Order
) -> None:
    await notification.tell(order.is_now(1, "on_hold", ("missing_address",)))
    await notification.becomes(order, **RECEIVED, order_held="sent")
    (mail,) = notification.mails_to(order.contact)
    assert "address is not complete; complete it." in mail["text"]
    assert "address is not complete; complete it." in (mail["html"] or "")
    assert order.id in mail["text"]
    (own,) = notification.mails_to(order.creator)
    assert "hold" not in own["text"]


async def test_a_rejected_order_is_told_with_its_reason(
    notification: Notification, order: Order
) -> None:
    await notification.tell(order.is_now(1, "rejected", ("campaign_closed",)))
    await notification.becomes(order, order_rejected="sent")
    (mail,) = notification.mails_to(order.creator)
    assert "The campaign has ended." in mail["text"]


async def test_an_order_cancelled_in_the_store_is_told_to_both(
    notification: Notification, order: Order
) -> None:
    await notification.tell(order.is_now(2, "cancelled"))
    await notification.becomes(order, order_cancelled="sent", order_cancelled_in_store="sent")
    assert len(notification.mails_to(order.creator)) == 1
    (mail,) = notification.mails_to(order.contact)
    assert "#1001" in mail["text"]


async def test_a_gift_that_is_sent_all_the_same_is_told_to_the_brand_alone(
    notification: Notification, order: Order
) -> None:
    await notification.tell(order.is_now(1, "placed"))
    await notification.becomes(order, **PLACED)
    await notification.tell(*[order.is_now(2, "placed", ("cancel_refused",))] * 3)
    await notification.becomes(order, **PLACED, order_cancel_refused="sent")
    await notification.tell(*[order.is_now(3, "placed", ("withdrawn_too_late",))] * 3)
    late = {"order_cancel_refused": "sent", "order_withdrawn_too_late": "sent"}
    await notification.becomes(order, **PLACED, **late)
    refused, too_late = notification.mails_to(order.contact)
    assert refused["subject"].endswith("was not cancelled in the store")
    assert too_late["subject"].endswith("was withdrawn too late")
    assert f"giftstream orders cancel {order.id}" in too_late["text"]
    for one in (refused, too_late):
        assert "#1001" in one["text"]
        assert "#1001" in (one["html"] or "")
    assert len(notification.mails_to(order.creator)) == 2


@pytest.mark.parametrize(
    ("verb", "fault"),
    [
        ("connect", "421"),
        ("rcpt", "450"),
        ("data", "451"),
        ("mail", "hang"),
        ("rcpt", "abort"),
        ("data", "abort_after_data"),
    ],
)
async def test_a_mail_server_that_stumbles_gets_the_mail_again(
    notification: Notification, order: Order, verb: Any, fault: str
) -> None:
    notification.fails(verb, fault)
    await notification.tell(order.is_now(2, "approved"))
    (message,) = await notification.becomes(order, **RECEIVED)
    copies = notification.mails_to(order.creator)
    # Two copies only where the record says that one was in doubt; they share their Message-ID.
    assert len(copies) == (2 if message["ambiguous"] else 1)
    assert message["ambiguous"] == (1 if fault == "abort_after_data" else 0)
    assert len({mail["message_id"] for mail in copies}) == 1


async def test_a_mail_in_doubt_twice_is_not_sent_a_third_time(
    notification: Notification, order: Order, said: Any
) -> None:
    notification.fails("data", "abort_after_data", times=2)
    await notification.tell(order.is_now(2, "approved"))
    await notification.becomes(order, selection_received="ambiguous")
    assert len(notification.mails_to(order.creator)) == 2
    (failed,) = await said("notification.failed", order)
    assert "may have been taken" in failed["reason"]


async def test_a_mail_refused_for_good_has_failed_and_says_so(
    notification: Notification, order: Order, said: Any
) -> None:
    notification.fails("rcpt", "550")
    await notification.tell(order.is_now(2, "approved"))
    await notification.becomes(order, selection_received="failed")
    (failed,) = await said("notification.failed", order)
    assert failed["reason"] == "the mail server answered 550"
    assert notification.mails_to(order.creator) == []


async def test_what_was_overtaken_while_it_waited_is_never_sent(
    notification: Notification, order: Order
) -> None:
    notification.people.away = True
    await notification.tell(order.is_now(2, "placed"))
    await notification.becomes(order, selection_received="due", order_placed="due")
    await notification.tell(order.is_now(3, "cancelled"))
    overtaken = {"selection_received": "overtaken", "order_placed": "overtaken"}
    called_off = dict.fromkeys(("order_cancelled", "order_cancelled_in_store"), "due")
    await notification.becomes(order, **overtaken, **called_off)
    notification.people.away = False
    await notification.becomes(order, **overtaken, **dict.fromkeys(called_off, "sent"))
    (mail,) = notification.mails_to(order.creator)
    assert "cancelled" in mail["subject"]


async def test_an_address_that_comes_later_gets_the_mail(
    notification: Notification, order: Order
) -> None:
    del notification.people.recipients[order.id]
    await notification.tell(order.is_now(2, "approved"))
    await notification.becomes(order, selection_received="waiting")
    notification.people.recipients[order.id] = {"name": "Ana", "email": order.creator}
    await notification.becomes(order, **RECEIVED)


async def test_without_any_address_it_fails_in_the_end(
    notification: Notification, order: Order, said: Any
) -> None:
    notification.people.recipients[order.id] = {"name": "Ana", "email": "ana@example.com, x@y.z"}
    await notification.tell(order.is_now(2, "approved"))
    await notification.becomes(order, selection_received="failed")
    (failed,) = await said("notification.failed", order)
    assert failed["reason"] == "bad_address"
