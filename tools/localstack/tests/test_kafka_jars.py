"""The fetch, with a small program in Maven's place."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from localstack.errors import ServerUnavailable
from localstack.servers.kafka_jars import kafka_jars

# Slow enough for a second starter to come while it works; writes where it is told to.
FETCHES = """#!/bin/sh
echo run >> "$0.runs"
sleep 0.5
mkdir jars && echo jar > jars/kafka_2.13-4.3.0.jar
"""
FAILS = """#!/bin/sh
echo run >> "$0.runs"
mkdir jars && echo half > jars/kafka_2.13-4.3.0.jar
echo "[INFO] working"
echo "[ERROR] Unknown host: the network is down"
exit 1
"""


def maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    program = tmp_path / "bin" / "mvn"
    program.parent.mkdir(exist_ok=True)
    program.write_text(script)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return program


def runs(program: Path) -> int:
    return len(Path(f"{program}.runs").read_text().splitlines())


async def test_starters_at_the_same_time_fetch_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = maven(tmp_path, monkeypatch, FETCHES)
    first, second = await asyncio.gather(kafka_jars(tmp_path / "c"), kafka_jars(tmp_path / "c"))
    assert first == second
    assert [jar.name for jar in first.iterdir()] == ["kafka_2.13-4.3.0.jar"]
    assert await kafka_jars(tmp_path / "c") == first
    assert runs(program) == 1


async def test_a_failed_fetch_says_why_leaves_nothing_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maven(tmp_path, monkeypatch, FAILS)
    with pytest.raises(ServerUnavailable, match="the network is down"):
        await kafka_jars(tmp_path / "c")
    assert [path.suffix for path in (tmp_path / "c").iterdir()] == [".lock"]
    maven(tmp_path, monkeypatch, FETCHES)
    assert (await kafka_jars(tmp_path / "c")).is_dir()
