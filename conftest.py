"""Fixtures that need real servers, for every member's tests: they start at their first use."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from giftstream import mongo, topics
from localstack.servers import Servers

pytest_plugins = ["localstack.pytest_plugin"]
ROOT = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one folder share its servers, so one worker runs them; the stories are so many
    that each file of them is worth a stack of its own."""
    for item in items:
        folder = item.path.relative_to(ROOT).parent
        room = item.path if folder.name == "stories" else folder
        item.add_marker(pytest.mark.xdist_group(str(room)))


@pytest.fixture(scope="package")
async def kafka(servers: Servers) -> str:
    """The address of a real Kafka on which all topics exist."""
    await topics.apply(servers.kafka)
    return servers.kafka


@pytest.fixture
async def database(servers: Servers) -> AsyncIterator[mongo.Database]:
    """An empty database on a real MongoDB, dropped afterwards."""
    fresh = mongo.connect(servers.mongo, f"test_{uuid.uuid4().hex[:12]}")
    yield fresh
    await fresh.client.drop_database(fresh.name)
    mongo.close(fresh)
