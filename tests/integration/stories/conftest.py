"""One running stack for all stories; each makes its own brand."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from localstack.servers import Servers
from support.brands import Brand, set_up
from support.fresh import servers  # noqa: F401
from support.stack import Stack, running_stack

# A selection of an unknown brand waits a minute in earnest; these tests wait for it.
SHORT = {
    "ORDER_PLACEMENT_WAIT_FOR_FACTS_S": "3",
    "ORDER_PLACEMENT_SETTLE_S": "1",
    "NOTIFICATION_STORE_SETTLES_S": "2",
}


@pytest.fixture(scope="package")
async def stack(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Everything as processes on real servers."""
    async with running_stack(servers, tmp_path_factory.mktemp("stack"), **SHORT) as running:
        yield running


@pytest.fixture
def make_brand(stack: Stack) -> Callable[..., Awaitable[Brand]]:
    """A brand with its own store and campaign: `await make_brand(campaign={…}, store={…})`."""
    return partial[Any](set_up, stack)
