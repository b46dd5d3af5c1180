"""For a conftest: `pytest_plugins = ["localstack.pytest_plugin"]` gives the fixture `servers`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from localstack.servers import Servers
from localstack.testing import ran, servers_for_tests


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def servers() -> AsyncIterator[Servers]:
    """A real Kafka and MongoDB, started once for the session."""
    async with servers_for_tests() as started:
        yield started


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which servers the tests ran on."""
    for line in ran:
        terminalreporter.write_line(line)
