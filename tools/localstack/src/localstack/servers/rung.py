"""A place that servers may come from, and the first of several that can give them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Literal, Protocol

from localstack.errors import StackError
from localstack.servers.server import Server
from localstack.waiting import together

Kind = Literal["named", "docker", "processes"]
Note = Callable[[str], None]
Ready = Callable[[str, str], None]


@dataclass(frozen=True)
class Running:
    """Servers that this machine runs for us, ready; `images` where they are containers."""

    kind: Kind
    handles: Mapping[str, Server]
    images: tuple[str, ...] = ()


class Rung(Protocol):
    """One place."""

    kind: Kind

    def running(self, names: Sequence[str], ready: Ready) -> AbstractAsyncContextManager[Running]:
        """Servers of these names until the end; StackError leaves nothing behind."""


@asynccontextmanager
async def running(
    kind: Kind, handles: Mapping[str, Server], ready: Ready, *, images: tuple[str, ...] = ()
) -> AsyncIterator[Running]:
    """Start them all, and stop them all at the end, also when one does not start."""
    try:
        await together(*(_start(name, server, ready) for name, server in handles.items()))
        yield Running(kind, handles, images)
    finally:
        await asyncio.gather(*(server.stop() for server in handles.values()))


@asynccontextmanager
async def first_running(
    rungs: Sequence[Rung], names: Sequence[str], ready: Ready, note: Note
) -> AsyncIterator[Running]:
    """The servers of the first rung that can give them; why another could not is told in a note.

    StackError of the last one when none can.
    """
    async with AsyncExitStack() as ending:
        for rung, after in itertools.pairwise(rungs):
            try:
                started = await ending.enter_async_context(rung.running(names, ready))
            except StackError as error:
                note(f"{after.kind} instead of {rung.kind}: {error}")
            else:
                yield started
                return
        yield await ending.enter_async_context(rungs[-1].running(names, ready))


async def _start(name: str, server: Server, ready: Ready) -> None:
    await server.start()
    ready(name, server.address)
