"""The last rung: processes of this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from localstack.ports import Ports
from localstack.servers.kafka import KafkaServer
from localstack.servers.mongo import MongoServer
from localstack.servers.rung import Kind, Note, Ready, Running, running
from localstack.servers.server import Server


class ProcessRung:
    """Servers as children of ours, which keep the descriptor of the lock."""

    kind: Kind = "processes"

    def __init__(self, data_dir: Path, ports: Ports, note: Note, descriptor: int) -> None:
        self._data_dir = data_dir
        self._ports = ports
        self._note = note
        self._inherit = (descriptor,)

    @asynccontextmanager
    async def running(self, names: Sequence[str], ready: Ready) -> AsyncIterator[Running]:
        """Start them, and end them at the end."""
        handles = {name: self._handle(name) for name in names}
        async with running(self.kind, handles, ready) as started:
            yield started

    def _handle(self, name: str) -> Server:
        if name == "kafka":
            return KafkaServer(self._data_dir, self._ports, inherit=self._inherit, note=self._note)
        return MongoServer(self._data_dir, self._ports, inherit=self._inherit)
