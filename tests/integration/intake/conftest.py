"""One running order-placement for all these tests; each test has a world of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from giftstream import mongo
from localstack.servers import Servers
from support.fresh import servers  # noqa: F401
from support.order_placement import OrderPlacement
from support.secrets import shared_environment


@pytest.fixture(scope="package")
async def placement(
    servers: Servers,
    kafka: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[OrderPlacement]:
    """order-placement, ready; ended afterwards."""
    folder: Path = tmp_path_factory.mktemp("order-placement")
    environment = shared_environment(folder, kafka, servers.mongo)
    running = OrderPlacement(servers, environment, folder)
    serving = await running.others.start()
    await running.start()
    yield running
    await running.process.end()
    running.others.server.should_exit = True
    await serving
    await running.http.aclose()
    mongo.close(running.database)
