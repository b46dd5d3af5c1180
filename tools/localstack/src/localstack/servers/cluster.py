"""Three brokers and a replica set of three, as processes here; each can be ended alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from localstack.errors import StackError
from localstack.locking import locked
from localstack.ports import Ports
from localstack.servers.kafka import KafkaServer, node_of, random_id
from localstack.servers.mongo import MongoServer
from localstack.servers.replica_set import ReplicaSet
from localstack.servers.which import Servers
from localstack.waiting import together, until

NODES = 3
IN_SYNC_WITHIN_S = 120.0


@dataclass(frozen=True)
class Cluster(Servers):
    """Servers that lose nothing when one of three is gone. The handles are `kafka-1`, `mongod-1`
    and so on."""

    brokers: tuple[KafkaServer, ...] = ()
    replica_set: ReplicaSet = field(default_factory=lambda: ReplicaSet(()))

    async def whole(self) -> None:
        """Return once every broker has every record and every member follows; else StackError."""
        await together(self._in_sync(), self.replica_set.whole())

    async def _in_sync(self) -> None:
        try:
            async with asyncio.timeout(IN_SYNC_WITHIN_S):
                await until(lambda: _all_in_sync(self.kafka, len(self.brokers)), every_s=0.3)
        except TimeoutError:
            raise StackError("the brokers did not catch up with each other in time") from None


@asynccontextmanager
async def cluster(*, data_dir: Path, nodes: int = NODES) -> AsyncIterator[Cluster]:
    """Yield a running cluster and end it. Topics are to be made with as many `copies`."""
    async with AsyncExitStack() as ending:
        descriptor = await ending.enter_async_context(locked(data_dir / "servers.lock"))
        ports = Ports(data_dir)
        brokers = _brokers(data_dir, ports, nodes, (descriptor,))
        names = [f"mongod-{number}" for number in range(1, nodes + 1)]
        members = [
            MongoServer(data_dir, ports, member=name, inherit=(descriptor,)) for name in names
        ]
        everyone: list[KafkaServer | MongoServer] = [*brokers, *members]
        ending.push_async_callback(_end_all, everyone)
        # Brokers wait for each other: a quorum has to be there before one is ready.
        await together(*(one.start() for one in everyone))
        replica_set = ReplicaSet(members)
        await replica_set.initiate()
        yield Cluster(
            kafka=",".join(one.address for one in brokers),
            mongo=replica_set.address,
            kind="processes",
            handles={f"kafka-{n}": one for n, one in enumerate(brokers, 1)}
            | dict(zip(names, members, strict=True)),
            copies=min(nodes, 3),
            brokers=tuple(brokers),
            replica_set=replica_set,
        )


def _brokers(data_dir: Path, ports: Ports, count: int, inherit: Sequence[int]) -> list[KafkaServer]:
    cluster_id = random_id()
    nodes = [node_of(ports, number, f"kafka-{number}") for number in range(1, count + 1)]
    return [
        KafkaServer(data_dir, ports, node=node, nodes=nodes, cluster_id=cluster_id, inherit=inherit)
        for node in nodes
    ]


async def _end_all(servers: Sequence[KafkaServer | MongoServer]) -> None:
    # Brokers that are asked to end together wait long for a quorum that is ending too.
    await asyncio.gather(*(one.end() for one in servers))


async def _all_in_sync(address: str, copies: int) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=5000)
    try:
        await admin.start()
        topics = await admin.describe_topics()
        parts = [part for topic in topics for part in topic["partitions"]]
        return all(len(part["isr"]) == copies for part in parts)
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()
