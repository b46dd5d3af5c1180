"""The servers, the stack and the brands that the faults are for."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from localstack.errors import StackError
from localstack.servers import Cluster, cluster
from localstack.stack.parts import Part
from support.brands import Brand, set_up
from support.stack import Stack, running_stack

# The waits that protect a late call are settings, so that a test need not sit through them; and
# nobody may wait an hour for what a lost webhook would have told.
SHORT = {
    "ORDER_PLACEMENT_LANE_LEASE_S": "5",
    "ORDER_PLACEMENT_STORE_DEADLINE_S": "4",
    "ORDER_PLACEMENT_LANE_RENEW_S": "0.5",
    "ORDER_PLACEMENT_SETTLE_S": "1",
    "ORDER_PLACEMENT_LONGEST_PAUSE_S": "2",
    "ORDER_PLACEMENT_SWEEP_AFTER_S": "6",
    "STORE_SYNC_LEASE_S": "3",
    "STORE_SYNC_POLL_EVERY_S": "2",
    "STORE_SYNC_RECHECK_EVERY_S": "1",
    "STORE_SYNC_COALESCE_S": "0.3",
    "NOTIFICATION_RETRY_S": "0.5",
    "NOTIFICATION_SMTP_TIMEOUT_S": "1",
    "NOTIFICATION_LEASE_S": "11",
    "CAMPAIGN_SUBMIT_AGAIN_AFTER_S": "2",
}
REPLICAS = 2
STORES = 4
# The stores' rate limits are not what is tried here.
SHOP = {"products": 4, "variants": 2, "rate": 5000}
STARTS = 20
MANY = 150


class Lab:
    """A cluster, and everything of giftstream on it."""

    def __init__(self, servers: Cluster, stack: Stack) -> None:
        self.servers = servers
        self.stack = stack
        self.locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        """One fault at a time for each service, for Kafka, for MongoDB."""
        self._brands: list[Brand] = []
        self.poison: set[bytes] = set()
        """Everything that was published and can only become a dead letter."""

    async def brands(self) -> list[Brand]:
        """Each with a store and a campaign; new ones once they have had so many selections that
        looking at them all would take long."""
        if not self._brands or sum(len(one.sent) for one in self._brands) > MANY:
            made = (set_up(self.stack, shop=SHOP) for _ in range(STORES))
            self._brands = list(await asyncio.gather(*made))
        return self._brands

    async def revive(self, name: str) -> None:
        """Start a service again until it is ready, as an orchestrator does: it may come up while
        its servers are away."""
        await self._up(name, await self.stack.restart(name, ready=False))

    async def join(self, name: str) -> str:
        """One more replica of a service; what to retire when it is to leave."""
        replica = self.stack.one_more(name)
        await self._up(replica, self.stack.part(replica))
        return replica

    async def _up(self, name: str, part: Part) -> None:
        for _ in range(STARTS):
            try:
                await part.start()
                return
            except StackError:
                if part.process.running:
                    raise
        raise AssertionError(f"{name} does not come up: {part.process.log}")

    async def heal(self) -> list[str]:
        """All faults taken back, everything up; the services that had ended by themselves."""
        stack = self.stack
        await stack.simulator.call("DELETE", "/_faults")
        await stack.inbox.call("DELETE", "/_faults")
        await self.servers.whole()
        dead = [name for name in stack.services if not stack.part(name).process.running]
        await asyncio.gather(*(self.revive(name) for name in dead))
        await asyncio.gather(*(stack.part(name).start() for name in stack.services))
        return dead


@asynccontextmanager
async def running_lab(folder: Path) -> AsyncIterator[Lab]:
    """Everything as processes, ended afterwards whatever happens."""
    async with (
        cluster(data_dir=folder / "servers") as servers,
        running_stack(servers, folder / "stack", replicas=REPLICAS, **SHORT) as stack,
    ):
        await stack.simulator.post("/_autopilot", {"fulfill_after_s": 1.0, "deliver_after_s": 1.0})
        yield Lab(servers, stack)
