"""Fixtures that need real servers, for every member's tests: they start at their first use."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from giftstream import mongo, topics
from giftstream.kafka import Kafka
from localstack.servers import Servers
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["localstack.pytest_plugin"]


# The longest first, so that the short ones fill what is left at the end.
LONGEST = ("tests/faults", "tests/storm", "tests/integration/matrix", "tests/integration")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In the order in which several workers are done soonest."""
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    return next((n for n, room in enumerate(LONGEST) if nodeid.startswith(room)), len(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "Rooms":
    """Which worker runs what."""
    return Rooms(config, log)


class Rooms(LoadScopeScheduling):
    """Tests of one folder share its servers, so one worker runs them all; the stories are so many
    that each file of them is worth a stack of its own."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = file.rpartition("/")[0]
        return file if folder.endswith("/stories") else folder


@pytest.fixture(scope="package")
async def kafka(servers: Servers) -> str:
    """The address of a real Kafka on which all topics exist."""
    await topics.apply(Kafka(servers.kafka))
    return servers.kafka


@pytest.fixture
async def database(servers: Servers) -> AsyncIterator[mongo.Database]:
    """An empty database on a real MongoDB, dropped afterwards."""
    fresh = mongo.connect(servers.mongo, f"test_{uuid.uuid4().hex[:12]}")
    yield fresh
    await fresh.client.drop_database(fresh.name)
    mongo.close(fresh)
