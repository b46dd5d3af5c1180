"""The second rung: containers, where a Docker engine answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from localstack.ports import Ports
from localstack.servers.docker.engine import Engine
from localstack.servers.docker.kafka import kafka_image, kafka_server
from localstack.servers.docker.mongo import mongo_image, mongo_server
from localstack.servers.rung import Kind, Note, Ready, Running, running

_MADE = {"kafka": kafka_server, "mongod": mongo_server}


class DockerRung:
    """Servers in containers of an engine that has answered."""

    kind: Kind = "docker"

    def __init__(self, engine: Engine, data_dir: Path, ports: Ports, note: Note) -> None:
        self._engine = engine
        self._data_dir = data_dir.resolve()  # mounts have whole paths
        self._ports = ports
        self._note = note

    @asynccontextmanager
    async def running(self, names: Sequence[str], ready: Ready) -> AsyncIterator[Running]:
        """Fetch what is missing, remove what killed runs left, start; nothing stays at the end."""
        images = {"kafka": kafka_image(), "mongod": mongo_image()}
        used = tuple(images[name] for name in names)
        await self._engine.fetch(used, self._note)
        await self._engine.remove_left(self._data_dir)
        user = await self._engine.user()
        handles = {name: _MADE[name](self._data_dir, self._ports, user) for name in names}
        async with running(self.kind, handles, ready, images=used) as started:
            yield started
