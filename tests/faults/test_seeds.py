"""Whatever goes wrong together, no selection is lost and none becomes two orders."""

import sys

import pytest
from faults.lab import Lab
from faults.scenario import run

SHORT = {"selections": 20, "within_s": 4.0}
WHOLE = {"selections": 200, "within_s": 40.0}


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


@pytest.mark.timeout(420)
@pytest.mark.parametrize("seed", [1, 13, 30])
async def test_a_few_faults_at_once_lose_and_double_nothing(lab: Lab, seed: int) -> None:
    result = await run(lab, seed, **SHORT, say=say)
    assert result.died == []
    assert result.statuses["delivered"] > 0


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(101, 131))
async def test_many_faults_lose_and_double_nothing(lab: Lab, seed: int) -> None:
    result = await run(lab, seed, **WHOLE, say=say)
    assert result.died == []
    assert result.statuses["delivered"] > 0
