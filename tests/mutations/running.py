"""Runs the tests of a mutation against a copy of the sources, never in the working tree."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mutations.mutation import ROOT, Mutation

TESTS_FAILED = 1
WITHIN_S = 300.0


@dataclass(frozen=True)
class Verdict:
    """Whether a test noticed; `fair` when the tests ran at all."""

    caught: bool
    fair: bool
    said: str


def unchanged(tests: Sequence[str]) -> Verdict:
    """The same tests on the sources as they are: they must pass, or nothing is proved."""
    code, said = _run(tests, None)
    return Verdict(_failed(code, said), code == 0, said)


def mutated(mutation: Mutation) -> Verdict:
    """The tests of a mutation, with its file in place of the real one."""
    with tempfile.TemporaryDirectory(prefix="giftstream-mutation-") as folder:
        sources = Path(folder) / "src"
        shutil.copytree(mutation.sources, sources, ignore=shutil.ignore_patterns("__pycache__"))
        (sources / mutation.path.relative_to(mutation.sources)).write_text(mutation.applied())
        code, said = _run(mutation.tests, sources)
    return Verdict(_failed(code, said), code == 0 or _failed(code, said), said)


def _failed(code: int, said: str) -> bool:
    # The same code means that pytest itself could not run: that is nobody's catch.
    return code == TESTS_FAILED and "FAILED" in said


def _run(tests: Sequence[str], sources: Path | None) -> tuple[int, str]:
    # Before the installed sources, and inherited by the processes that a test starts.
    path = {} if sources is None else {"PYTHONPATH": str(sources)}
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not long", *tests],
            cwd=ROOT,
            env={**os.environ, **path, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=WITHIN_S,
        )
    except subprocess.TimeoutExpired:
        # A loop without end is noticed by everybody.
        return TESTS_FAILED, f"FAILED: not done within {WITHIN_S:g} s"
    return ended.returncode, _end_of(ended.stdout or ended.stderr)


def _end_of(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR", "E  "))]
    return "\n".join(failed[-3:] or lines[-3:])
