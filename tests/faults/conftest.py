"""One cluster and one stack for all seeds; each seed makes brands of its own."""

from collections.abc import AsyncIterator

import pytest
from faults.lab import Lab, running_lab


@pytest.fixture(scope="package")
async def lab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    """Three brokers, three mongod, the services with two replicas of order-placement."""
    async with running_lab(tmp_path_factory.mktemp("faults")) as running:
        yield running
