"""Fixtures that need real servers, for every member's tests: they start at their first use."""

import uuid
from collections.abc import AsyncIterator

import pytest
from giftstream import mongo, topics
from localstack.servers import Servers

pytest_plugins = ["localstack.pytest_plugin"]


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
