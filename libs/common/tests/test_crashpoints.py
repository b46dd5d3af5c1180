"""A named point dies at the pass that was asked for, and nothing else ever does."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from giftstream.crashpoints import CRASHPOINTS, arm, crashpoint, parse

PROGRAM = """
from giftstream.crashpoints import arm, crashpoint
arm({setting!r})
for number in range(1, 6):
    crashpoint("batch.decoded")
    crashpoint("place.permitted")
    print(number, flush=True)
"""


def run(setting: str) -> tuple[int, list[str]]:
    program = [sys.executable, "-c", PROGRAM.format(setting=setting)]
    ended = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    return ended.returncode, ended.stdout.split()


@pytest.mark.parametrize(
    ("setting", "passes"),
    [
        ("place.permitted", 0),
        ("place.permitted:1", 0),
        ("place.permitted:3", 2),
        ("place.permitted:2:kill", 1),
    ],
)
def test_it_is_killed_at_the_pass_asked_for(setting: str, passes: int) -> None:
    code, seen = run(setting)
    assert code == -signal.SIGKILL
    assert len(seen) == passes


def test_it_stops_at_the_pass_asked_for_and_goes_on_when_told_to() -> None:
    program = [sys.executable, "-c", PROGRAM.format(setting="place.permitted:3:stop")]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as stopped:
        deadline = time.monotonic() + 30
        while psutil.Process(stopped.pid).status() != psutil.STATUS_STOPPED:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        stopped.send_signal(signal.SIGCONT)
        output, _ = stopped.communicate(timeout=30)
    assert stopped.returncode == 0
    assert output.split() == ["1", "2", "3", "4", "5"]


def test_off_means_off() -> None:
    assert run("") == (0, ["1", "2", "3", "4", "5"])


def test_another_point_does_not_kill_here() -> None:
    arm("mail.marked")
    try:
        crashpoint("place.permitted")
    finally:
        arm("")


@pytest.mark.parametrize(
    "setting",
    [
        "place",
        "place.permited",
        "place.permitted:0",
        "place.permitted:x",
        "place.permitted:",
        "place.permitted:1:",
        "place.permitted:1:pause",
        ":1",
    ],
)
def test_a_setting_that_names_no_point_is_refused(setting: str) -> None:
    with pytest.raises(ValueError):
        parse(setting)


def test_the_table_names_just_the_points_that_are_passed() -> None:
    root, passed = Path(__file__).parents[3], set[str]()
    for part in ("libs", "services", "tools"):
        for file in root.glob(f"{part}/*/src/**/*.py"):
            passed |= set(re.findall(r'crash(?:point)?\("([a-z_]+\.[a-z_]+)"\)', file.read_text()))
    assert passed == CRASHPOINTS
