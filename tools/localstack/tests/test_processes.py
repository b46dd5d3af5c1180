from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest
from localstack.errors import StackError
from localstack.processes import Process
from localstack.waiting import until


def python(tmp_path: Path, code: str) -> Process:
    return Process("child", [sys.executable, "-c", code], log=tmp_path / "child.log")


async def never() -> None:
    await asyncio.Event().wait()


async def test_a_child_that_ends_while_starting_is_explained_by_its_log(tmp_path: Path) -> None:
    child = python(tmp_path, "print('the disk is full'); raise SystemExit(4)")
    await child.start()
    with pytest.raises(StackError) as failure:
        await child.ready(never, within_s=10)
    assert "ended with code 4" in str(failure.value)
    assert "the disk is full" in str(failure.value)
    assert str(child.log) in str(failure.value)


async def test_a_child_that_never_gets_ready_is_given_up(tmp_path: Path) -> None:
    child = python(tmp_path, "import time; time.sleep(60)")
    await child.start()
    with pytest.raises(StackError, match="not ready within"):
        await child.ready(never, within_s=0.3)
    await child.stop()
    assert child.exit_code == -signal.SIGTERM


async def test_a_child_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    child = python(tmp_path, f"{deaf}; print('up', flush=True); time.sleep(60)")
    await child.start()

    async def up() -> bool:
        return b"up" in child.log.read_bytes()

    async with asyncio.timeout(10):
        await until(up)
    await child.stop(kill_after_s=0.2)
    assert child.exit_code == -signal.SIGKILL


async def test_a_program_that_does_not_exist_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="cannot be started"):
        await Process("nothing", ["/no/such/program"], log=tmp_path / "log").start()


async def test_the_log_of_an_earlier_start_explains_nothing(tmp_path: Path) -> None:
    (tmp_path / "child.log").write_text("ERROR of yesterday\n")
    child = python(tmp_path, "print('new trouble')")
    await child.start()
    await child.wait()
    assert "yesterday" not in str(child.failure("gone"))
