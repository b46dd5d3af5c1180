"""A whole stack ends in order, leaves nothing behind and goes on with its data."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from localstack.stack.parts import SERVICES

READY_WITHIN_S = 180.0
# Its programs may take 30 s before they are killed: what is faster was ended by nobody's SIGKILL.
ENDS_WITHIN_S = 20.0


async def launched(data: Path) -> asyncio.subprocess.Process:
    environment = {
        "GIFTSTREAM_KAFKA": "",
        "GIFTSTREAM_MONGO": "",
        "GIFTSTREAM_SERVERS": "processes",
    }
    return await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "localstack", "run", "--no-feed", "--data", str(data)],
        env=os.environ | environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def told(data: Path, launcher: asyncio.subprocess.Process) -> dict[str, Any]:
    """What run.json says, once it is there."""
    async with asyncio.timeout(READY_WITHIN_S):
        while not (data / "run.json").exists():
            assert launcher.returncode is None, "it ended before it was ready"
            await asyncio.sleep(0.1)
    content: dict[str, Any] = json.loads((data / "run.json").read_text())
    return content


async def ended(launcher: asyncio.subprocess.Process, how: signal.Signals) -> int:
    launcher.send_signal(how)
    async with asyncio.timeout(ENDS_WITHIN_S):
        return await launcher.wait()


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.long
async def test_a_stack_that_is_told_to_end_ends_in_order_and_goes_on_with_its_data(
    data_dir: Path,
) -> None:
    launcher = await launched(data_dir)
    try:
        first = await told(data_dir, launcher)
        assert set(first["pids"]) == {"kafka", "mongod", "simulator", "inbox", *SERVICES}
        assert all(runs(pid) for pid in first["pids"].values())
        assert await ended(launcher, signal.SIGINT) == 0
        assert not [name for name, pid in first["pids"].items() if runs(pid)]
        assert not (data_dir / "run.json").exists()
        for name in SERVICES:
            last = (data_dir / "logs" / f"{name}.log").read_text().splitlines()[-1]
            assert json.loads(last)["event"] == "service.stopped", f"{name}: {last}"
        said = (data_dir / "logs" / "mongod.log").read_text().splitlines()[-1]
        assert json.loads(said)["attr"] == {"exitCode": 0}, "mongod was not let end by itself"

        launcher = await launched(data_dir)
        second = await told(data_dir, launcher)
        assert (second["demo"], second["kafka"]) == (first["demo"], first["kafka"])
        assert await ended(launcher, signal.SIGTERM) == 0
        assert not [name for name, pid in second["pids"].items() if runs(pid)]
    finally:
        if launcher.returncode is None:
            launcher.terminate()
            await launcher.wait()
