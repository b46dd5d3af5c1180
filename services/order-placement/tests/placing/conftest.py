"""Lets the tests of placing share their small world."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from giftstream.mongo import Database
from order_placement.orders import Orders
from order_placement.placing.lanes import Lanes
from order_placement.placing.placements import Placements

sys.path.insert(0, str(Path(__file__).parent))

from lanes_world import Stack
from placements_cases import Case
from placing_world import DatabaseInMemory, World


@pytest.fixture
def world() -> World:
    """Everything in memory; nothing waits."""
    return World()


@pytest.fixture(params=["memory", "mongodb"])
def case(request: pytest.FixtureRequest) -> Case:
    """A collection in memory, and a real one."""
    if request.param == "memory":
        return Case(DatabaseInMemory())
    return Case(request.getfixturevalue("database"))


@pytest.fixture
async def stack(database: Database) -> AsyncIterator[Stack]:
    """A real database with facts, and no replica yet; those that a test starts end with it."""
    for repository in (Orders(database), Placements(database), Lanes(database, "x", 1.0)):
        await repository.ensure_indexes()
    made = Stack(database)
    await made.begin()
    yield made
    for replica in made.replicas:
        await replica.kill()
