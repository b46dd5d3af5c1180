"""What the containers of Kafka and MongoDB have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from localstack.servers.docker.engine import CALL_WITHIN_S, LABEL

# One more image, and one more container with a hand on the engine. What a killed launcher leaves is
# removed by its label at the next start.
testcontainers_config.ryuk_disabled = True


class ServerContainer(DockerContainer):
    """A server on a directory of this machine, reached on the loopback address alone.

    Directory and port have the same names inside and outside: a server that tells its address tells
    the one that we use, too.
    """

    def __init__(self, image: str, *, port: int, folder: Path, data_dir: Path, user: str) -> None:
        super().__init__(image, docker_client_kw={"timeout": CALL_WITHIN_S})
        # with_bind_ports cannot name an address, and would listen on each of this machine.
        cast("dict[str, Any]", self.ports)[str(port)] = ("127.0.0.1", port)
        self.with_volume_mapping(folder, str(folder), "rw")
        self.with_kwargs(user=user, labels={LABEL: str(data_dir)})

    def with_program(self, *command: str) -> None:
        """What runs in it, in place of the image's own entry point.

        Those of upstream give the data to other users when they start as root.
        """
        self._kwargs["entrypoint"] = [command[0]]
        self.with_command(list(command[1:]))
