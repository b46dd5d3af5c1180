"""MongoDB in a container: a replica set of one."""

from __future__ import annotations

import os
from pathlib import Path

from localstack.ports import Ports
from localstack.servers.docker.container import ServerContainer
from localstack.servers.docker.handle import ContainerServer
from localstack.servers.mongo import READY_WITHIN_S, REPLICA_SET, address_of, primary_elected

IMAGE = "mongo:6.0"


def mongo_image() -> str:
    """Upstream's, or the one that is named."""
    return os.environ.get("GIFTSTREAM_MONGO_IMAGE") or IMAGE


class MongoContainer(ServerContainer):
    """One mongod, not yet initiated.

    On the port by which clients reach it: the set's only member must find itself under the address
    that the set gives to clients.
    """

    def __init__(self, folder: Path, *, port: int, data_dir: Path, user: str) -> None:
        super().__init__(mongo_image(), port=port, folder=folder, data_dir=data_dir, user=user)
        place = ["--dbpath", str(folder), "--port", str(port), "--bind_ip_all"]
        size = ["--replSet", REPLICA_SET, "--wiredTigerCacheSizeGB", "0.25", "--quiet"]
        self.with_program("mongod", *place, *size)


def mongo_server(data_dir: Path, ports: Ports, user: str) -> ContainerServer:
    """Its handle; nothing is started yet."""
    folder = data_dir / "mongo"
    port = ports.get("mongod")

    def container() -> MongoContainer:
        folder.mkdir(parents=True, exist_ok=True)
        return MongoContainer(folder, port=port, data_dir=data_dir, user=user)

    return ContainerServer(
        "mongod",
        container,
        address=address_of(port),
        log=data_dir / "logs" / "mongod.log",
        answers=lambda: primary_elected(port),
        within_s=READY_WITHIN_S,
    )
