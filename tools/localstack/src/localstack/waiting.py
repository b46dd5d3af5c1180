"""Waiting for what other processes do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine


async def until(holds: Callable[[], Awaitable[bool]], *, every_s: float = 0.1) -> None:
    """Return once it holds. The caller bounds the time (`asyncio.timeout`)."""
    while not await holds():  # noqa: ASYNC110 - another process cannot set an Event of ours
        await asyncio.sleep(every_s)


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
