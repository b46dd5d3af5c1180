"""Waiting for a condition, with a bound and a reason."""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def until(
    holds: Callable[[], Awaitable[object]], *, within_s: float, what: str, every_s: float = 0.1
) -> None:
    """Return as soon as the condition holds. Raises AssertionError naming it when time is up."""
    deadline = time.monotonic() + within_s
    while not await holds():
        assert time.monotonic() < deadline, f"not within {within_s:g} s: {what}"
        await asyncio.sleep(every_s)
