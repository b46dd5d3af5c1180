"""A Python process of ours: started, watched, ended by its own pid."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import httpx
from localstack.processes import die_with_parent
from support.waiting import until


class Process:
    """One service process; its log is a file, shown when it fails."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
        self._arguments = arguments
        self._environment = dict(environment)
        self.log = log
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, **extra: str) -> None:
        """Start it; further environment variables by name."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._arguments,
                env={**self._environment, **extra},
                stdout=log,
                stderr=log,
                preexec_fn=partial(die_with_parent, os.getpid()),
            )

    @property
    def process(self) -> asyncio.subprocess.Process:
        """The running process."""
        assert self._process is not None
        return self._process

    @property
    def runs(self) -> bool:
        """Whether it has not ended yet."""
        return self._process is not None and self._process.returncode is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to exactly this process."""
        self.process.send_signal(number)

    async def ended(self, within_s: float = 40.0) -> int:
        """Its exit code, once it has ended by itself."""
        async with asyncio.timeout(within_s):
            return await self.process.wait()

    async def end(self) -> None:
        """SIGTERM, and SIGKILL when that takes too long."""
        if not self.runs:
            return
        self.signal(signal.SIGTERM)
        try:
            await self.ended()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    async def ready(self, url: str, within_s: float = 30.0) -> None:
        """Wait for GET {url}/ready to answer 200."""

        async def answers() -> bool:
            assert self.runs, f"ended with {self.process.returncode}:\n{self.tail()}"
            async with httpx.AsyncClient(trust_env=False) as http:
                try:
                    return (await http.get(f"{url}/ready", timeout=3.0)).status_code == 200
                except httpx.HTTPError:
                    return False

        await until(answers, within_s=within_s, what=f"{url} ready", every_s=0.05)

    def tail(self, lines: int = 20) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
