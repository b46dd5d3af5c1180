from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from localstack.processes import Process
from localstack.stack.supervision import PAUSE_S, Supervision
from localstack.waiting import until


class Sleeper:
    """A program that is ready as soon as it exists."""

    def __init__(self, log: Path) -> None:
        self.process = Process("sleeper", [sys.executable, "-c", "input()"], log=log)

    async def start(self) -> None:
        self.process = Process(
            "sleeper", [sys.executable, "-c", "import time; time.sleep(60)"], log=self.process.log
        )
        await self.process.start()

    async def wait(self) -> int:
        return await self.process.wait()


async def test_a_killed_program_comes_back_after_a_pause_and_its_new_pid_is_told(
    tmp_path: Path,
) -> None:
    sleeper = Sleeper(tmp_path / "log")
    await sleeper.start()
    told: list[int] = []
    said: list[str] = []

    async def changed() -> None:
        told.append(sleeper.process.pid)

    async def came_back() -> bool:
        return bool(told)

    first = sleeper.process.pid
    watching = asyncio.create_task(Supervision(said.append, changed).watch({"sleeper": sleeper}))
    try:
        began = asyncio.get_running_loop().time()
        sleeper.process.send(signal.SIGKILL)
        async with asyncio.timeout(10):
            await until(came_back, every_s=0.02)
        assert asyncio.get_running_loop().time() - began >= PAUSE_S
        assert told != [first]
        assert sleeper.process.running
        assert said[0] == "sleeper ended (code -9); starting it again"
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await sleeper.process.stop()
