"""Whoever has claimed a message may write it until its lease is over, and nobody else."""

from datetime import timedelta
from typing import Any

from giftstream.clock import now
from giftstream.mongo import Database, Document
from notification.mails.messages import MESSAGES, Messages

LEASE = timedelta(minutes=1)


async def due(database: Database, **changed: Any) -> Messages:
    """One message that is to be sent now."""
    message: Document = {
        "_id": "m1", "version": 1, "outbox": [], "status": "due", "reason": None, "attempts": 0,
        "ambiguous": 0, "due_at": now() - timedelta(seconds=5),
    }  # fmt: skip
    await database[MESSAGES].insert_one(message | changed)
    return Messages(database)


async def stored(database: Database) -> Document:
    found = await database[MESSAGES].find_one({"_id": "m1"})
    assert found is not None
    return found


async def test_a_claimed_message_is_nobody_elses_until_its_lease_is_over(
    database: Database,
) -> None:
    messages = await due(database)
    (first,) = await messages.claim(LEASE, 8)
    assert await messages.claim(LEASE, 8) == []
    assert await messages.begin_sending(first)


async def test_who_comes_after_the_lease_sends_and_ends_nothing(database: Database) -> None:
    messages = await due(database)
    (slow,) = await messages.claim(timedelta(seconds=-1), 1)
    (quick,) = await messages.claim(LEASE, 1)
    assert not await messages.begin_sending(slow)
    assert not await messages.finish(slow, {"status": "sent"}, [])
    await messages.postpone(slow, LEASE, "away")
    assert await stored(database) == quick
    assert await messages.begin_sending(quick)
    assert await messages.finish(quick, {"status": "sent"}, [])


async def test_what_was_being_sent_when_its_sender_died_is_in_doubt(database: Database) -> None:
    messages = await due(database)
    (one,) = await messages.claim(timedelta(seconds=-1), 1)
    assert one["ambiguous"] == 0
    (one,) = await messages.claim(timedelta(seconds=-1), 1)
    assert one["ambiguous"] == 0, "it was claimed, and nothing had left"
    assert await messages.begin_sending(one)
    (one,) = await messages.claim(LEASE, 1)
    assert one["ambiguous"] == 1


async def test_a_message_that_is_there_already_stands(database: Database) -> None:
    messages = await due(database, status="sent")
    again = await messages.add({"_id": "m1", "status": "due"})
    assert again["status"] == (await stored(database))["status"] == "sent"
