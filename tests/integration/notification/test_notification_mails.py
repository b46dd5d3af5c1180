"""Whom an order's life is told to: once a fact, whatever Kafka and the mail server do."""

from typing import Any

import pytest

from .conftest import Notification, Order


async def test_placed_then_delivered_is_two_mails_in_that_order(
    notification: Notification, order: Order, said: Any
) -> None:
    await notification.tell(order.is_now(1, "approved"), order.is_now(2, "placed"))
    await notification.becomes(order, "sent")
    await notification.tell(order.is_now(3, "in_transit"), order.is_now(4, "delivered"))
    await notification.becomes(order, "sent", "sent")
    subjects = [mail["subject"] for mail in notification.mails_to(order.creator)]
    assert [subject.rpartition(" is ")[2] for subject in subjects[:1]] == ["ordered"]
    assert subjects[1].endswith("has arrived")
    told = await said("notification.sent", order)
    assert {(one["template"], one["audience"]) for one in told} == {
        ("order_placed", "creator"),
        ("order_delivered", "creator"),
    }


async def test_who_hears_only_the_end_sends_both_mails_placed_first(
    notification: Notification, order: Order
) -> None:
    await notification.tell(order.is_now(9, "delivered"))
    await notification.becomes(order, "sent", "sent")
    first, second = notification.mails_to(order.creator)
    assert first["subject"].endswith("is ordered")
    assert second["subject"].endswith("has arrived")


async def test_the_same_event_many_times_is_one_mail(
    notification: Notification, order: Order
) -> None:
    placed = order.is_now(2, "placed")
    await notification.tell(*[placed] * 20)
    await notification.becomes(order, "sent")
    await notification.tell(*[placed] * 20, order.is_now(1, "approved"))
    other = Order(notification)
    await notification.tell(other.is_now(1, "placed"))
    await notification.becomes(other, "sent")
    assert len(notification.mails_to(order.creator)) == 1


async def test_a_held_order_is_told_to_the_brand_and_not_to_the_creator(
    notification: Notification, order: Order
) -> None:
    await notification.tell(order.is_now(1, "on_hold", ("missing_address",)))
    await notification.becomes(order, "sent")
    (mail,) = notification.mails_to(order.contact)
    assert "address is not complete; complete it." in mail["text"]
    assert order.id in mail["text"]
    assert notification.mails_to(order.creator) == []


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
    await notification.tell(order.is_now(2, "placed"))
    await notification.becomes(order, "sent")
    (message,) = await notification.messages(order_id=order.id)
    copies = notification.mails_to(order.creator)
    # Two copies only where the record says that one was in doubt; they share their Message-ID.
    assert len(copies) == (2 if message["ambiguous"] else 1)
    assert message["ambiguous"] == (1 if fault == "abort_after_data" else 0)
    assert len({mail["message_id"] for mail in copies}) == 1


async def test_a_mail_in_doubt_twice_is_not_sent_a_third_time(
    notification: Notification, order: Order, said: Any
) -> None:
    notification.fails("data", "abort_after_data", times=2)
    await notification.tell(order.is_now(2, "placed"))
    await notification.becomes(order, "ambiguous")
    assert len(notification.mails_to(order.creator)) == 2
    (failed,) = await said("notification.failed", order)
    assert "may have been taken" in failed["reason"]


async def test_a_mail_refused_for_good_has_failed_and_says_so(
    notification: Notification, order: Order, said: Any
) -> None:
    notification.fails("rcpt", "550")
    await notification.tell(order.is_now(2, "placed"))
    await notification.becomes(order, "failed")
    (failed,) = await said("notification.failed", order)
    assert failed["reason"] == "the mail server answered 550"
    assert notification.mails_to(order.creator) == []


async def test_what_was_overtaken_while_it_waited_is_never_sent(
    notification: Notification, order: Order
) -> None:
    notification.people.away = True
    await notification.tell(order.is_now(2, "placed"))
    await notification.becomes(order, "due")
    await notification.tell(order.is_now(3, "cancelled"))
    await notification.becomes(order, "overtaken")
    notification.people.away = False
    assert notification.mails_to(order.creator) == []


async def test_an_address_that_comes_later_gets_the_mail(
    notification: Notification, order: Order
) -> None:
    del notification.people.recipients[order.id]
    await notification.tell(order.is_now(2, "placed"))
    await notification.becomes(order, "waiting")
    notification.people.recipients[order.id] = {"name": "Ana", "email": order.creator}
    await notification.becomes(order, "sent")


async def test_without_any_address_it_fails_in_the_end(
    notification: Notification, order: Order, said: Any
) -> None:
    notification.people.recipients[order.id] = {"name": "Ana", "email": "ana@example.com, x@y.z"}
    await notification.tell(order.is_now(2, "placed"))
    await notification.becomes(order, "failed", within_s=30)
    (failed,) = await said("notification.failed", order)
    assert failed["reason"] == "bad_address"
