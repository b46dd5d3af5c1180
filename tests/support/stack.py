"""The whole of giftstream as processes on real servers, for tests that tell its stories."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from giftstream import topics
from giftstream.kafka import Kafka
from localstack.ports import Ports
from localstack.servers import Servers
from localstack.stack import parts
from localstack.stack.keys import keys_of
from localstack.stack.parts import Part
from support.http import Api
from support.ports import free_port
from support.replicas import REPLICATED, further_replicas


class Stack:
    """Running services, simulator and inbox; each can be killed and started by name.

    With `replicas` there are more of order-placement: `order-placement-2`, …
    """

    def __init__(self, servers: Servers, data: Path, *, replicas: int = 1, **extra: str) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.servers = servers
        self.data = data
        ports = Ports(data)
        self.at = parts.addresses(ports)
        self._more = {n: ports.get(f"{REPLICATED}-{n}") for n in range(2, replicas + 1)}
        self.keys = keys_of(data)
        self._extra = extra
        self._parts = {part.name: part for part in parts.outside(self.at, data, ())}
        self._parts |= {part.name: part for part in self._services({})}
        admin = self.keys.admin_key
        self.campaign = Api(self.at.services["campaign"], admin)
        self.orders = Api(self.at.services["order-placement"], admin)
        self.stores = Api(self.at.services["store-sync"], admin)
        self.notification = Api(self.at.services["notification"], admin)
        self.simulator = Api(self.at.simulator, "none")
        self.inbox = Api(self.at.inbox, "none")

    def _services(self, more: dict[str, str]) -> list[Part]:
        base = parts.service_environment(self.at, self.servers.kafka, self.servers.mongo, self.keys)
        environment = {**base, **self._extra, **more}
        one_each = parts.services(self.at, self.data, environment, ())
        return one_each + further_replicas(self._more, self.data, environment)

    @property
    def services(self) -> list[str]:
        """The names of all services and replicas."""
        return [name for name in self._parts if name not in ("simulator", "inbox")]

    def part(self, name: str) -> Part:
        """One of the programs."""
        return self._parts[name]

    async def start(self) -> None:
        """Start everything and return once all is ready."""
        copies = self.servers.copies
        # Several copies on one small machine: as few partitions as still have a key's order tried.
        some = topics.all_topics(partitions=3, state_partitions=2) if copies > 1 else topics.TOPICS
        await topics.apply(Kafka(self.servers.kafka), some, replication_factor=copies)
        await asyncio.gather(*(part.start() for part in self._parts.values()))

    async def restart(self, name: str, *, ready: bool = True, **environment: str) -> Part:
        """End a service if it runs, and start it with further environment variables."""
        await self._parts[name].process.stop()
        part = next(one for one in self._services(environment) if one.name == name)
        self._parts[name] = part
        if ready:
            await part.start()
        else:
            await part.process.start()
        return part

    def one_more(self, name: str) -> str:
        """A further replica of a service, on a port of its own, to be started; its name."""
        port = free_port()
        told = {f"{name.upper().replace('-', '_')}_PORT": str(port)}
        part = next(one for one in self._services(told) if one.name == name)
        url = f"http://127.0.0.1:{port}"
        replica = f"{name} at {port}"
        self._parts[replica] = replace(part, url=url, ready_url=f"{url}/ready")
        return replica

    async def another(self, name: str) -> Part:
        """One more replica of a service; ready."""
        replica = self._parts[self.one_more(name)]
        await replica.start()
        return replica

    async def retire(self, name: str) -> None:
        """End a replica for good, as an orchestrator does that needs fewer."""
        await self._parts.pop(name).process.stop()

    async def stop(self) -> None:
        """End everything, the services first."""
        apis = (self.campaign, self.orders, self.stores, self.notification)
        await asyncio.gather(*(api.close() for api in (*apis, self.simulator, self.inbox)))
        await asyncio.gather(*(self._parts[name].process.stop() for name in self.services))
        await asyncio.gather(*(part.process.stop() for part in self._parts.values()))


@asynccontextmanager
async def running_stack(
    servers: Servers, data: Path, *, replicas: int = 1, **extra: str
) -> AsyncIterator[Stack]:
    """A stack that is ready, ended afterwards whatever happens."""
    stack = Stack(servers, data, replicas=replicas, **extra)
    try:
        await stack.start()
        yield stack
    finally:
        await stack.stop()
