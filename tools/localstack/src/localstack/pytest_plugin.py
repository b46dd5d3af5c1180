"""For a conftest: `pytest_plugins = ["localstack.pytest_plugin"]` gives the fixture `servers`.

Several processes may run tests at once: each has servers and ports of its own, and the summary
names them all.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from localstack.ports import SHARE
from localstack.servers import Servers
from localstack.testing import ran, servers_for_tests


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def servers() -> AsyncIterator[Servers]:
    """A real Kafka and MongoDB, started once for the session."""
    async with servers_for_tests() as started:
        yield started


def pytest_configure(config: pytest.Config) -> None:
    """One of several workers takes its ports from its own part of the range."""
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        number = worker["workerid"].removeprefix("gw")
        os.environ[SHARE] = f"{number}/{max(worker['workercount'], int(number) + 1)}"
        config.pluginmanager.register(_Tells(config), "giftstream-ran")
    elif config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(_Hears(), "giftstream-ran")


class _Tells:
    """In a worker: what ran is told to the one that prints."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_sessionfinish(self) -> None:
        self._config.workeroutput["giftstream-ran"] = list(ran)  # type: ignore[attr-defined]  # xdist's own


class _Hears:
    """In the one that prints: what the workers ran on."""

    def pytest_testnodedown(self, node: Any) -> None:
        ran.extend(getattr(node, "workeroutput", {}).get("giftstream-ran", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which servers the tests ran on."""
    for line in ran:
        terminalreporter.write_line(line)
