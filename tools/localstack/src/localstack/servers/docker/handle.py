"""A server in a container, with the handle that the processes have."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docker.errors import APIError, NotFound

from localstack.errors import ServerUnavailable, StackError
from localstack.logs import explanation
from localstack.processes import KILL_AFTER_S, Readiness
from localstack.servers.docker.calls import TROUBLE, blocking, detached
from localstack.servers.docker.container import ServerContainer
from localstack.waiting import Outcome, ready_or_ended

LOST = -1
"""The exit code of a container whose engine went away."""


class ContainerServer:
    """One server. Each start is a new container on the same directory and port."""

    def __init__(
        self,
        name: str,
        container: Callable[[], ServerContainer],
        *,
        address: str,
        log: Path,
        answers: Readiness,
        within_s: float,
    ) -> None:
        self._name = name
        self._make = container
        self._address = address
        self._log = log
        self._answers = answers
        self._within_s = within_s
        self._container: ServerContainer | None = None
        self._ended: asyncio.Future[int] | None = None
        self._pid = 0
        self._log_start = 0

    @property
    def address(self) -> str:
        """What clients connect to."""
        return self._address

    @property
    def pid(self) -> int:
        """Of the server, as the engine's machine numbers it; where that is ours, so do we."""
        return self._pid

    @property
    def log(self) -> Path:
        """The container's log, kept when the container is gone."""
        return self._log

    async def start(self) -> None:
        """Start it and return once it is ready, not merely listening."""
        if self._ended is not None and not self._ended.done():
            return
        await self._removed()
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self._log_start = self._log.stat().st_size if self._log.exists() else 0
        try:
            await blocking(self._create)
        except ServerUnavailable as error:
            raise ServerUnavailable(f"{self._name} does not start in Docker: {error}") from None
        self._ended = detached(self._follow)
        outcome = await ready_or_ended(self._answers(), self.wait(), within_s=self._within_s)
        if outcome is not Outcome.READY:
            raise StackError(
                f"{self._name} in Docker {outcome.value}",
                log=self._log,
                last=explanation(self._log, self._log_start),
            )

    async def stop(self) -> None:
        """End it with SIGTERM, with SIGKILL when it takes too long."""
        await self._end(lambda container: container.stop(timeout=int(KILL_AFTER_S)))

    async def kill(self) -> None:
        """End it with SIGKILL."""
        await self._end(lambda container: container.kill())

    async def wait(self) -> int:
        """The exit code, once it has ended."""
        if self._ended is None:
            raise StackError(f"{self._name} was never started")
        return await asyncio.shield(self._ended)

    def pause(self) -> None:
        """Freeze it: connections stay open, nothing answers."""
        self._running().pause()

    def resume(self) -> None:
        """Let it go on."""
        self._running().unpause()

    def _create(self) -> None:
        self._container = self._make()
        self._container.start()
        inner = self._running()
        inner.reload()
        self._pid = inner.attrs["State"]["Pid"]

    def _follow(self) -> int:
        """Copy what it says until it ends."""
        inner = self._running()
        try:
            with self._log.open("ab", buffering=0) as log:
                for said in inner.logs(stream=True, follow=True):
                    log.write(said)
            return int(inner.wait(timeout=None)["StatusCode"])
        except TROUBLE:
            return LOST

    async def _end(self, how: Callable[[Any], None]) -> None:
        if self._container is None or self._ended is None:
            await self._removed()
            return

        def end() -> None:
            inner = self._running()
            try:
                inner.reload()
            except NotFound:
                return  # a person has removed it
            if inner.status == "paused":
                inner.unpause()
            if inner.status != "exited":
                how(inner)

        await blocking(end)
        await self.wait()
        await self._removed()

    async def _removed(self) -> None:
        """Its data stays: that is our directory."""
        container, self._container = self._container, None
        if container is not None:
            await blocking(lambda: _remove(container))

    def _running(self) -> Any:
        if self._container is None:
            raise StackError(f"{self._name} does not run")
        return self._container.get_wrapped_container()


def _remove(container: ServerContainer) -> None:
    try:
        container.stop()
    except NotFound:
        return
    except APIError as error:
        if error.status_code != CONFLICT:
            raise


CONFLICT = 409
"""Somebody else removes it already."""
