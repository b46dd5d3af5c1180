"""A server that is one process of this machine, once it was started."""

from __future__ import annotations

from localstack.errors import StackError
from localstack.processes import Process


class OneProcess:
    """Ended, stopped and gone on with. Who inherits sets `_process` when it starts first."""

    def __init__(self, called: str) -> None:
        self._called = called
        self._process: Process | None = None

    @property
    def pid(self) -> int:
        """Of the server itself."""
        return self._running().pid

    async def stop(self) -> None:
        """End it with SIGTERM: a killed broker comes back seconds later than a stopped one."""
        if self._process is not None:
            await self._process.stop()

    async def kill(self) -> None:
        """End it with SIGKILL; a journal keeps what was acknowledged."""
        await self._running().kill()

    async def end(self) -> None:
        """End it with SIGKILL, if it was ever started and runs."""
        if self._process is not None:
            await self._process.kill()

    async def wait(self) -> int:
        """The exit code, once it has ended."""
        return await self._running().wait()

    def pause(self) -> None:
        """SIGSTOP."""
        self._running().pause()

    def resume(self) -> None:
        """SIGCONT."""
        self._running().resume()

    def _running(self) -> Process:
        if self._process is None:
            raise StackError(f"{self._called} was never started")
        return self._process
