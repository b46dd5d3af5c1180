"""One stack for the storms, on servers of one node each."""

from collections.abc import AsyncIterator

import pytest
from localstack.servers import Servers
from storm.storm import SHORT
from support.fresh import servers  # noqa: F401
from support.stack import Stack, running_stack


@pytest.fixture(scope="package")
async def stack(
    servers: Servers,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Stack]:
    """Everything as processes, with the settings that people run it with."""
    async with running_stack(servers, tmp_path_factory.mktemp("storm"), **SHORT) as running:
        yield running
