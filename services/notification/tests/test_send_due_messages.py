"""Mails are sent beside each other: a slow one holds up no other, and a failed one ends nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from notification.mails import send_due_messages
from notification.mails.send_due_messages import AT_ONCE, MOST_A_RUN, SendDueMessages

Send = Callable[[Any], Awaitable[None]]


class Queue:
    """Messages by number; what is claimed is not claimed again."""

    def __init__(self, count: int) -> None:
        self.due = list(range(count))
        self.most = 0

    async def claim(self, _: timedelta, most: int) -> list[Any]:
        self.most = max(self.most, most)
        claimed, self.due = self.due[:most], self.due[most:]
        return claimed


def worker(queue: Queue, send: Send) -> SendDueMessages:
    return SendDueMessages(cast(Any, queue), send, timedelta(seconds=60))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks at what has ended without waiting for it."""
    monkeypatch.setattr(send_due_messages, "LOOKS_EVERY_S", 0.01)
    monkeypatch.setattr(send_due_messages, "STOP_WITHIN_S", 0.05)


async def test_a_mail_that_hangs_holds_up_no_other() -> None:
    queue, sent, answers = Queue(60), [], asyncio.Event()

    async def send(number: int) -> None:
        if number == 3:
            await answers.wait()
        sent.append(number)

    run = worker(queue, send)
    await run()
    assert sorted(sent) == [number for number in range(60) if number != 3]
    answers.set()
    await run.stop()
    assert sent[-1] == 3


async def test_never_more_than_so_many_at_once(at_once: None) -> None:
    queue, under_way, most = Queue(50), 0, 0

    async def send(_: int) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1

    await worker(queue, send)()
    assert (queue.due, most) == ([], AT_ONCE)


async def test_when_all_hang_the_run_ends_and_the_next_goes_on(at_once: None) -> None:
    queue, sent, answers = Queue(20), [], asyncio.Event()

    async def send(number: int) -> None:
        await answers.wait()
        sent.append(number)

    run = worker(queue, send)
    await run()
    await run()
    assert len(queue.due) == 20 - AT_ONCE
    answers.set()
    await run()
    assert sorted(sent) == list(range(20))


async def test_a_run_ends_after_so_many() -> None:
    queue = Queue(MOST_A_RUN + 50)

    async def send(_: int) -> None:
        return

    await worker(queue, send)()
    assert 0 < len(queue.due) <= 50


async def test_what_a_send_raises_is_raised_and_the_others_are_sent() -> None:
    queue, sent = Queue(20), []

    async def send(number: int) -> None:
        if number == 2:
            raise ConnectionError("the database is away")
        sent.append(number)

    run = worker(queue, send)
    with pytest.raises(ConnectionError):
        await run()
    await run()
    assert sorted(sent) == [number for number in range(20) if number != 2]


async def test_a_stop_cancels_what_takes_too_long(at_once: None) -> None:
    queue, cancelled = Queue(1), asyncio.Event()

    async def send(_: int) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    run = worker(queue, send)
    await run()
    await run.stop()
    assert cancelled.is_set()
