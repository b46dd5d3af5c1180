"""store-sync as a process on real servers, beside the simulator as another."""

from collections.abc import AsyncIterator

import pytest
from giftstream import mongo
from localstack.servers import Servers
from support.fresh import servers  # noqa: F401
from support.secrets import shared_environment
from support.store_sync import DATABASE, StoreSync


@pytest.fixture(scope="package")
async def store_sync(
    servers: Servers, kafka: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[StoreSync]:
    """The service and the simulator, ready, on a database of its own."""
    folder = tmp_path_factory.mktemp("store_sync")
    environment = shared_environment(folder / "keys", kafka, servers.mongo)
    one = StoreSync(servers, environment, folder)
    database = one.database()
    await database.client.drop_database(DATABASE)
    await one.start_simulator()
    await one.start()
    yield one
    await one.end()
    await database.client.drop_database(DATABASE)
    mongo.close(database)
