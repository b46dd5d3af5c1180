"""However often stores fail, each selection ends as one order or as a hold with a reason."""

import sys

import pytest
from storm.storm import SETTLES_WITHIN_S, Asked, Result, storm
from support.stack import Stack

FEW = Asked(selections=24, stores=3, within_s=300.0)
MANY = Asked()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


@pytest.mark.timeout(600)
async def test_a_few_stores_with_every_fault_lose_and_double_nothing(stack: Stack) -> None:
    held_to_the_promise(await storm(stack, FEW, say))


@pytest.mark.long
@pytest.mark.timeout(1500)
async def test_twenty_stores_with_every_fault_lose_and_double_nothing(stack: Stack) -> None:
    held_to_the_promise(await storm(stack, MANY, say))


def held_to_the_promise(result: Result) -> None:
    assert set(result.statuses) <= {"placed", "on_hold"}
    assert result.statuses["placed"] > 0
    assert result.longest_s < SETTLES_WITHIN_S
    assert result.met["unauthorized"] + result.met["hang_after_commit"] > 0
