"""Waiting for what other processes do."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Awaitable, Callable, Coroutine


async def until(holds: Callable[[], Awaitable[bool]], *, every_s: float = 0.1) -> None:
    """Return once it holds. The caller bounds the time (`asyncio.timeout`)."""
    while not await holds():  # noqa: ASYNC110 - another process cannot set an Event of ours
        await asyncio.sleep(every_s)


class Outcome(enum.Enum):
    """Of something that starts; the value completes a sentence."""

    READY = "is ready"
    ENDED = "ended while starting"
    LATE = "was not ready in time"


async def ready_or_ended(
    ready: Coroutine[None, None, None], ended: Coroutine[None, None, int], *, within_s: float
) -> Outcome:
    """Which of the two came first."""
    tasks = asyncio.ensure_future(ready), asyncio.ensure_future(ended)
    try:
        await asyncio.wait(tasks, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        if tasks[0].done():
            tasks[0].result()
            return Outcome.READY
        return Outcome.ENDED if tasks[1].done() else Outcome.LATE
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def together(*work: Coroutine[None, None, None]) -> None:
    """All at once; the first failure cancels the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            for each in work:
                group.create_task(each)
    except BaseExceptionGroup as failures:
        raise _first(failures) from None


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    first = failures.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
