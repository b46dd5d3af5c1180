"""Where the servers come from: named ones first, then processes of this machine."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from localstack.locking import locked
from localstack.ports import Ports
from localstack.servers.kafka import KafkaServer, kafka_answers
from localstack.servers.mongo import MongoServer, mongo_answers
from localstack.servers.server import Server
from localstack.waiting import together

Kind = Literal["named", "docker", "processes"]
Note = Callable[[str], None]
Ready = Callable[[str, str], None]

NAMED_WITHIN_S = 15.0


@dataclass(frozen=True)
class Servers:
    """A running Kafka and MongoDB. Handles are there for those that this machine runs for us."""

    kafka: str
    mongo: str
    kind: Kind
    handles: dict[str, Server] = field(default_factory=dict)

    @property
    def kafka_server(self) -> Server:
        """Stops, starts, kills and pauses Kafka; KeyError when it is a named server."""
        return self.handles["kafka"]

    @property
    def mongo_server(self) -> Server:
        """Stops, starts, kills and pauses MongoDB; KeyError when it is a named server."""
        return self.handles["mongod"]

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by name, of the servers that are ours."""
        return {name: server.pid for name, server in self.handles.items()}

    @property
    def logs(self) -> dict[str, Path]:
        """Log files by name, of the servers that are ours."""
        return {name: server.log for name, server in self.handles.items()}

    def summary(self) -> str:
        """Which servers ran, in a line."""
        return f"servers: {self.kind} (Kafka {self.kafka}, MongoDB {self.mongo})"


@asynccontextmanager
async def servers(
    *,
    data_dir: Path,
    note: Note = lambda _: None,
    ready: Ready = lambda _, __: None,
    named_within_s: float = NAMED_WITHIN_S,
) -> AsyncIterator[Servers]:
    """Yield running servers and end those that were started here.

    `note` gets a sentence when something takes long or changed, `ready` the name and
    address of each server as it comes up. Raises ServerUnavailable when a server cannot be had.
    """
    named_kafka = os.environ.get("GIFTSTREAM_KAFKA", "")
    named_mongo = os.environ.get("GIFTSTREAM_MONGO", "")
    async with AsyncExitStack() as ending:
        descriptor = await ending.enter_async_context(locked(data_dir / "servers.lock"))
        ports = Ports(data_dir, note)
        handles: dict[str, Server] = {}
        if not named_kafka:
            handles["kafka"] = KafkaServer(data_dir, ports, inherit=(descriptor,), note=note)
        if not named_mongo:
            handles["mongod"] = MongoServer(data_dir, ports, inherit=(descriptor,))
        ending.push_async_callback(_stop_all, handles)
        await together(
            *(_start(name, server, ready) for name, server in handles.items()),
            *([kafka_answers(named_kafka, within_s=named_within_s)] if named_kafka else []),
            *([mongo_answers(named_mongo, within_s=named_within_s)] if named_mongo else []),
        )
        yield Servers(
            kafka=named_kafka or handles["kafka"].address,
            mongo=named_mongo or handles["mongod"].address,
            kind="processes" if handles else "named",
            handles=handles,
        )


async def _start(name: str, server: Server, ready: Ready) -> None:
    await server.start()
    ready(name, server.address)


async def _stop_all(handles: dict[str, Server]) -> None:
    await asyncio.gather(*(server.stop() for server in handles.values()))
