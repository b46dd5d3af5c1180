"""The command as a process: what only a process can show."""

import subprocess
import sys
from pathlib import Path


def test_it_runs_as_a_module_and_starts_quickly(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "giftstream_cli", "dlq", "list", "--kafka", "127.0.0.1:1", "--json"],
        capture_output=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 3
    assert b"Traceback" not in ended.stderr


def test_the_command_does_not_load_the_subscriber_or_the_database_for_its_help() -> None:
    code = (
        "import sys, giftstream_cli.app; "
        "print([m for m in ('faststream', 'fastapi') if m in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=60, check=True
    )
    assert ended.stdout.strip() == b"[]"
