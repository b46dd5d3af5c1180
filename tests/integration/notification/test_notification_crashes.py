"""notification killed at each of its crash points: never none, two only on record."""

import pytest
from giftstream.clock import now
from support.waiting import until

from .conftest import ARRIVED, RECEIVED, Notification, Order


@pytest.mark.parametrize(
    ("point", "copies", "ambiguous"),
    [("mail.claimed", 1, 0), ("mail.data_accepted", 2, 1), ("mail.marked", 1, 0)],
)
async def test_a_kill_costs_no_mail_and_doubles_none_in_silence(
    notification: Notification, order: Order, point: str, copies: int, ambiguous: int
) -> None:
    await notification.process.end()
    await notification.process.start(GIFTSTREAM_CRASHPOINT=point)
    await notification.tell(order.is_now(2, "approved"))
    assert await notification.process.ended() == -9
    await notification.start()
    (message,) = await notification.becomes(order, **RECEIVED)
    assert message["ambiguous"] == ambiguous
    assert len(notification.mails_to(order.creator)) == copies


@pytest.mark.long
@pytest.mark.parametrize("point", ["batch.written", "batch.before_ack", "outbox.sent"])
async def test_a_kill_between_the_event_and_its_message_loses_nothing(
    notification: Notification, order: Order, point: str
) -> None:
    await notification.process.end()
    await notification.process.start(GIFTSTREAM_CRASHPOINT=point)
    await notification.tell(order.is_now(2, "delivered"))
    assert await notification.process.ended() == -9
    await notification.start()
    await notification.becomes(order, **ARRIVED)
    assert len(notification.mails_to(order.creator)) == 2

    async def published() -> bool:
        pending = {"outbox.0": {"$exists": True}}
        return await notification.database["messages"].count_documents(pending) == 0

    await until(published, within_s=20, what="every event published")


async def test_due_messages_are_found_through_the_index(notification: Notification) -> None:
    messages = notification.database["messages"]
    plan = await messages.find({"due_at": {"$lte": now()}}).sort("due_at", 1).explain()
    assert "IXSCAN" in str(plan["queryPlanner"]["winningPlan"])
    assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
