"""A stack whose order-placement the tests kill, stop and start with a crash point."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
from localstack.servers import Servers
from support.brands import Brand, set_up
from support.fresh import servers  # noqa: F401
from support.stack import Stack, running_stack
from support.waiting import until

# The waits that protect a late call are settings, so that a test need not sit through them.
SHORT = {
    "ORDER_PLACEMENT_LANE_LEASE_S": "3",
    "ORDER_PLACEMENT_STORE_DEADLINE_S": "2",
    "ORDER_PLACEMENT_LANE_RENEW_S": "0.5",
    "ORDER_PLACEMENT_SETTLE_S": "1",
    "ORDER_PLACEMENT_LONGEST_PAUSE_S": "2",
    "ORDER_PLACEMENT_SWEEP_AFTER_S": "4",
    "STORE_SYNC_LEASE_S": "3",
    "NOTIFICATION_RETRY_S": "0.5",
    "NOTIFICATION_SMTP_TIMEOUT_S": "1",
    "NOTIFICATION_LEASE_S": "11",
}


@pytest.fixture(scope="package")
async def stack(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Everything as processes, the waits short. The second replica is only there when asked for."""
    folder = tmp_path_factory.mktemp("matrix")
    async with running_stack(servers, folder, replicas=2, **SHORT) as running:
        await running.part("order-placement-2").process.stop()
        yield running


@pytest.fixture(scope="package")
async def brand(stack: Stack) -> Brand:
    """One brand is enough: each case checks all that was sent so far."""
    return await set_up(stack)


@pytest.fixture(autouse=True)
async def nothing_is_left(stack: Stack) -> AsyncIterator[None]:
    """A failed test leaves no fault and no waiting order: the next one's service would meet its
    crash point at that order, before it is ready."""
    yield
    await stack.simulator.call("DELETE", "/_faults")
    await stack.inbox.call("DELETE", "/_faults")
    if await waiting(stack):
        await stack.restart("order-placement")
        await until(partial(none_waits, stack), within_s=120.0, what="no order waits")


async def waiting(stack: Stack) -> bool:
    """Whether an order is still to be placed, as far as one can see: who is down knows of none."""
    if not stack.part("order-placement").process.running:
        return True
    pages = [await stack.orders.get("/orders", status=one) for one in ("approved", "placing")]
    return any(page["items"] for page in pages)


async def none_waits(stack: Stack) -> bool:
    return not await waiting(stack)
