"""What died is started again, after a second, so that a kill can be tried on a running stack."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from localstack.errors import StackError

PAUSE_S = 1.0


class Supervised(Protocol):
    """A program that can end and be started again."""

    async def start(self) -> None:
        """Start it and return once it is ready."""

    async def wait(self) -> int:
        """The exit code, once it has ended."""


class Supervision:
    """Watches programs until it is cancelled."""

    def __init__(self, note: Callable[[str], None], changed: Callable[[], Awaitable[None]]) -> None:
        self._note = note
        self._changed = changed

    async def watch(self, programs: dict[str, Supervised]) -> None:
        """Never returns; `changed` is awaited whenever a program has another pid."""
        async with asyncio.TaskGroup() as group:
            for name, program in programs.items():
                group.create_task(self._watch(name, program))

    async def _watch(self, name: str, program: Supervised) -> None:
        while True:
            code = await program.wait()
            self._note(f"{name} ended (code {code}); starting it again")
            await asyncio.sleep(PAUSE_S)
            try:
                await self._start_again(program)
                self._note(f"{name} is ready again")
            except StackError as error:
                self._note(str(error))

    async def _start_again(self, program: Supervised) -> None:
        starting = asyncio.ensure_future(program.start())
        # The pid is new as soon as the process exists, long before it is ready.
        await asyncio.sleep(0)
        await asyncio.wait({starting}, timeout=0.2)
        await self._changed()
        await starting
        # That of a container is known later.
        await self._changed()
