"""Servers of its own for a folder of tests.

Services have fixed database, topic and group names, so two folders that run them on the same
servers would read each other's records, sealed with each other's keys.
"""

from collections.abc import AsyncIterator

import pytest
from localstack.servers import Servers
from localstack.testing import servers_for_tests


@pytest.fixture(scope="package")
async def servers() -> AsyncIterator[Servers]:
    """A real Kafka and MongoDB with nothing on them; a conftest imports this to have its own."""
    async with servers_for_tests() as started:
        yield started
