"""Where the servers come from: named ones first, then containers, then processes."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from localstack.errors import ServerUnavailable, StackError
from localstack.locking import locked
from localstack.ports import Ports
from localstack.servers.kafka import kafka_answers
from localstack.servers.mongo import mongo_answers
from localstack.servers.processes import ProcessRung
from localstack.servers.rung import Kind, Note, Ready, Rung, first_running
from localstack.servers.server import Server
from localstack.waiting import together

NAMED_WITHIN_S = 15.0
CHOICES = ("auto", "docker", "processes")


@dataclass(frozen=True)
class Servers:
    """A running Kafka and MongoDB. Handles are there for those that this machine runs for us."""

    kafka: str
    mongo: str
    kind: Kind
    handles: Mapping[str, Server] = field(default_factory=dict)
    images: tuple[str, ...] = ()
    copies: int = 1
    """How many brokers shall keep each topic."""

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
        images = f", images {' and '.join(self.images)}" if self.images else ""
        return f"servers: {self.kind} (Kafka {self.kafka}, MongoDB {self.mongo}{images})"


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
    kafka, mongo = os.environ.get("GIFTSTREAM_KAFKA", ""), os.environ.get("GIFTSTREAM_MONGO", "")
    ours = [name for name, named in (("kafka", kafka), ("mongod", mongo)) if not named]
    asked = asked_for()
    async with AsyncExitStack() as ending:
        descriptor = await ending.enter_async_context(locked(data_dir / "servers.lock"))
        await together(
            *([kafka_answers(kafka, within_s=named_within_s)] if kafka else []),
            *([mongo_answers(mongo, within_s=named_within_s)] if mongo else []),
        )
        if not ours:
            yield Servers(kafka, mongo, "named")
            return
        ports = Ports(data_dir, note)
        places = await rungs(
            asked,
            docker=lambda: _docker(data_dir, ports, note),
            processes=ProcessRung(data_dir, ports, note, descriptor),
        )
        started = await ending.enter_async_context(first_running(places, ours, ready, note))
        yield Servers(
            kafka=kafka or started.handles["kafka"].address,
            mongo=mongo or started.handles["mongod"].address,
            kind=started.kind,
            handles=started.handles,
            images=started.images,
        )


def asked_for() -> str:
    """What GIFTSTREAM_SERVERS chooses for the servers that are not named."""
    asked = os.environ.get("GIFTSTREAM_SERVERS") or "auto"
    if asked not in CHOICES:
        raise StackError(f"GIFTSTREAM_SERVERS is one of {', '.join(CHOICES)}, not {asked!r}.")
    return asked


async def rungs(
    asked: str, *, docker: Callable[[], Awaitable[Rung]], processes: Rung
) -> list[Rung]:
    """In the order in which they are tried; ServerUnavailable when Docker alone is asked for and
    no engine answers."""
    if asked == "processes":
        return [processes]
    try:
        containers = await docker()
    except ServerUnavailable as error:
        if asked == "docker":
            raise ServerUnavailable(f"{error} GIFTSTREAM_SERVERS=docker asks for one.") from None
        return [processes]
    return [containers] if asked == "docker" else [containers, processes]


async def _docker(data_dir: Path, ports: Ports, note: Note) -> Rung:
    # Docker's libraries are loaded for nobody who asks for processes.
    from localstack.servers.docker.engine import engine
    from localstack.servers.docker.rung import DockerRung

    return DockerRung(await engine(), data_dir, ports, note)
