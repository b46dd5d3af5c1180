"""Waiting for what another process does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


async def until(holds: Callable[[], Awaitable[bool]], *, every_s: float = 0.1) -> None:
    """Return once it holds. The caller bounds the time (`asyncio.timeout`)."""
    while not await holds():  # noqa: ASYNC110 - another process cannot set an Event of ours
        await asyncio.sleep(every_s)
