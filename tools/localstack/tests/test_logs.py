from __future__ import annotations

import json
from pathlib import Path

from localstack.logs import explanation


def write(log: Path, *lines: str | dict[str, object]) -> Path:
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    log.write_text("\n".join(text) + "\n")
    return log


def test_a_failure_repeated_by_a_service_is_told_once_with_its_place(tmp_path: Path) -> None:
    failed = {"event": "task.failed", "level": "error", "task": "lanes.drive", "error": "KeyError"}
    frames = {"frames": ["asyncio/run.py:1 run", "order_placement/drive.py:7 drive"]}
    lines = [failed | frames | {"at": f"2026-11-22T10:00:0{n}Z"} for n in range(5)]
    [told] = explanation(write(tmp_path / "log", *lines)).splitlines()
    assert told.startswith("error task.failed task=lanes.drive error=KeyError")
    assert "in order_placement/drive.py:7 drive < asyncio/run.py:1 run" in told
    assert told.endswith("(5 times)")


def test_mongods_reason_is_shown_even_when_its_goodbye_is_long(tmp_path: Path) -> None:
    reason = {"t": {"$date": ""}, "s": "E", "msg": "Failed to set up", "attr": {"error": "in use"}}
    goodbye = [{"t": {"$date": ""}, "s": "I", "msg": f"Shutdown {n}"} for n in range(40)]
    told = explanation(write(tmp_path / "log", reason, *goodbye))
    assert 'E Failed to set up {"error": "in use"}' in told
    assert "Shutdown 39" in told


def test_a_plain_log_ends_with_its_last_lines(tmp_path: Path) -> None:
    told = explanation(write(tmp_path / "log", *[f"line {n}" for n in range(100)]))
    assert told.splitlines()[-1] == "line 99"
    assert len(told.splitlines()) == 12


def test_a_log_that_is_not_there_explains_nothing(tmp_path: Path) -> None:
    assert explanation(tmp_path / "none") == ""
