"""Calls of the Docker engine, which block, from a program that must not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from docker.errors import APIError, DockerException

from localstack.errors import ServerUnavailable

# What requests raises is an OSError.
TROUBLE = (DockerException, OSError)

T = TypeVar("T")


async def blocking(call: Callable[[], T]) -> T:
    """The result of a call that ends soon; ServerUnavailable with the engine's own words.

    It is seen to its end although we are cancelled: nobody else knows what it has started.
    """
    running = asyncio.ensure_future(asyncio.to_thread(_translated, call))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise


def detached(call: Callable[[], T]) -> asyncio.Future[T]:
    """The result of a call that may take for ever: the end of the program does not wait for it."""
    result: Future[T] = Future()

    def run() -> None:
        result.set_running_or_notify_cancel()
        try:
            result.set_result(_translated(call))
        except ServerUnavailable as error:
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return asyncio.wrap_future(result)


def reason(error: Exception) -> str:
    """What the engine says, in one line."""
    said = error.explanation if isinstance(error, APIError) else None
    return " ".join(str(said or error).split())[:300]


def _translated(call: Callable[[], T]) -> T:
    try:
        return call()
    except TROUBLE as error:
        raise ServerUnavailable(reason(error)) from None
