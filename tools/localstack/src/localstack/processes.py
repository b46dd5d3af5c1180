"""A child process that logs to a file and ends when its parent does."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path

from localstack.errors import StackError
from localstack.logs import explanation
from localstack.waiting import Outcome, ready_or_ended

PR_SET_PDEATHSIG = 1
KILL_AFTER_S = 30.0

Readiness = Callable[[], Coroutine[None, None, None]]
"""Returns once the server answers; called again for ever by nobody but itself."""

# Loaded here: between fork and exec nothing may be imported or allocated.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent: int) -> None:
    """Let the kernel send SIGTERM to this process once its parent is gone (Linux alone)."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)


class Process:
    """One program with its log; it can be stopped, killed, paused and started again."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
        inherit: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.log = log
        self._command = [str(part) for part in command]
        self._cwd = cwd
        self._environment = dict(environment) if environment is not None else None
        self._inherit = tuple(inherit)
        self._child: asyncio.subprocess.Process | None = None
        self._log_start = 0

    @property
    def pid(self) -> int:
        """Of the running child, or of the last one."""
        if self._child is None:
            raise StackError(f"{self.name} was never started")
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether a child was started and has not ended."""
        return self._child is not None and self._child.returncode is None

    @property
    def exit_code(self) -> int | None:
        """How the last child ended; None while it runs."""
        return self._child.returncode if self._child else None

    async def start(self) -> None:
        """Start it, appending to its log. Children stay out of the terminal's process group, so
        that Ctrl-C reaches the launcher alone and the order of ending is ours."""
        if self.running:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            parent = os.getpid()
            try:
                self._child = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self._cwd,
                    env=self._environment,
                    pass_fds=self._inherit,
                    start_new_session=True,
                    preexec_fn=lambda: die_with_parent(parent),
                )
            except OSError as error:
                raise StackError(f"{self.name} cannot be started: {error}") from error

    async def ready(self, is_ready: Readiness, *, within_s: float) -> None:
        """Wait until `is_ready()` returns; a child that ends first is a StackError."""
        outcome = await ready_or_ended(is_ready(), self.wait(), within_s=within_s)
        if outcome is Outcome.ENDED:
            raise self.failure(f"{self.name} ended with code {self.exit_code} while starting")
        if outcome is Outcome.LATE:
            raise self.failure(f"{self.name} was not ready within {within_s:.0f} s")

    async def wait(self) -> int:
        """The exit code, once it has ended."""
        if self._child is None:
            raise StackError(f"{self.name} was never started")
        return await self._child.wait()

    async def stop(self, *, kill_after_s: float = KILL_AFTER_S) -> None:
        """End it with SIGTERM; with SIGKILL when it takes too long."""
        if not self.running:
            return
        self.send(signal.SIGTERM)
        self.send(signal.SIGCONT)
        try:
            async with asyncio.timeout(kill_after_s):
                await self.wait()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End it with SIGKILL."""
        if self.running:
            self.send(signal.SIGKILL)
            await self.wait()

    def pause(self) -> None:
        """SIGSTOP: the ports stay open, nothing answers."""
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self.send(signal.SIGCONT)

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self._child is not None and self._child.returncode is None:
            self._child.send_signal(number)

    def failure(self, message: str) -> StackError:
        """An error that carries what the log says since the last start."""
        return StackError(message, log=self.log, last=explanation(self.log, self._log_start))
