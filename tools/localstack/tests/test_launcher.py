"""The launcher as a process, where it cannot or must not start."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from localstack.locking import locked


async def launch(*arguments: str, **environment: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "localstack", *arguments],
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(30):
        output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_without_java_it_says_what_to_install_and_ends_with_3(data_dir: Path) -> None:
    without = {"PATH": "/nowhere", "GIFTSTREAM_KAFKA": "", "GIFTSTREAM_SERVERS": "processes"}
    code, said = await launch("run", "--exit", "--data", str(data_dir), **without)
    assert code == 3
    assert "openjdk-17-jre-headless" in said
    assert "Traceback" not in said


async def test_a_second_launcher_on_the_same_data_is_refused_with_a_sentence(
    data_dir: Path,
) -> None:
    async with locked(data_dir / "stack.lock"):
        code, said = await launch("run", "--exit", "--data", str(data_dir))
        assert code == 2
        assert f"in use by process {os.getpid()}" in said
        assert "Traceback" not in said
        assert (await launch("idle", "--data", str(data_dir)))[0] == 1
    assert (await launch("idle", "--data", str(data_dir)))[0] == 0
