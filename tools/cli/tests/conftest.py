"""The command as people and scripts run it, in a folder and an environment of its own."""

import os
import sys
from pathlib import Path

import pytest
from giftstream_cli.__main__ import main

from .running import Ran, Run


@pytest.fixture
def giftstream(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs the command to its end, without the settings of whoever runs the tests."""

    def run(*arguments: str, stdin: bytes = b"", **environment: str) -> Ran:
        (tmp_path / "stdin").write_bytes(stdin)
        with monkeypatch.context() as world, (tmp_path / "stdin").open() as given:
            for name in [name for name in os.environ if name.startswith("GIFTSTREAM_")]:
                world.delenv(name)
            for name, value in environment.items():
                world.setenv(name, value)
            world.chdir(tmp_path)
            world.setattr(sys, "argv", ["giftstream", *arguments])
            world.setattr(sys, "stdin", given)
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                main()
            said = capsys.readouterr()
        code = ended.value.code
        return Ran(code if isinstance(code, int) else 0, said.out, said.err)

    return run
