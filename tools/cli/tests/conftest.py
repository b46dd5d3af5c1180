"""The command as people and scripts run it: a process with its own folder and environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .running import Ran, Run


@pytest.fixture
def giftstream(tmp_path: Path) -> Run:
    """Runs the command in a folder of its own, without the settings of whoever runs the tests."""

    def run(*arguments: str, stdin: bytes = b"", **environment: str) -> Ran:
        kept = {n: v for n, v in os.environ.items() if not n.startswith("GIFTSTREAM_")}
        ended = subprocess.run(
            [sys.executable, "-m", "giftstream_cli", *arguments],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env=kept | environment,
            timeout=60,
            check=False,
        )
        return Ran(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    return run
