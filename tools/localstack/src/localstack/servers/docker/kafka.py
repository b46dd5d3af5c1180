"""Apache Kafka in a container, in KRaft mode."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from localstack.ports import Ports
from localstack.servers.docker.container import ServerContainer
from localstack.servers.docker.handle import ContainerServer
from localstack.servers.kafka import FORMAT_WITHIN_S, READY_WITHIN_S, topic_created
from localstack.servers.kafka_config import Node, log4j2_properties, server_properties

IMAGE = "apache/kafka:4.3.0"
LOG4J2 = "/etc/giftstream-log4j2.properties"

# The scripts of Kafka's distribution, which the image has in /opt/kafka. An interrupted format may
# have left half of it; it wrote no data yet.
START = r"""
cd /opt/kafka/bin
if [ ! -f "$DATA/meta.properties" ]; then
    ./kafka-storage.sh format --standalone --ignore-formatted "--cluster-id=$CLUSTER_ID" \
        -c "$PROPERTIES" || exit
fi
exec ./kafka-server-start.sh "$PROPERTIES" --override "listeners=$LISTENERS"
"""
ENVIRONMENT = {
    "KAFKA_HEAP_OPTS": "-Xms128m -Xmx256m",
    "KAFKA_JVM_PERFORMANCE_OPTS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
    # The path is fixed: the script splits it at spaces.
    "KAFKA_LOG4J_OPTS": f"-Dlog4j2.configurationFile={LOG4J2}",
    # The image's own place for logs belongs to another user.
    "LOG_DIR": "/tmp",  # noqa: S108 - the container's
    "EXTRA_ARGS": "",
}


def kafka_image() -> str:
    """Upstream's, or the one that is named."""
    return os.environ.get("GIFTSTREAM_KAFKA_IMAGE") or IMAGE


class KafkaContainer(ServerContainer):
    """One broker with the properties of the process, but for where it listens."""

    def __init__(
        self, folder: Path, *, port: int, controller_port: int, data_dir: Path, user: str
    ) -> None:
        super().__init__(kafka_image(), port=port, folder=folder, data_dir=data_dir, user=user)
        properties, log4j2 = folder / "server.properties", folder / "log4j2.properties"
        node = Node(1, "kafka", port, controller_port, directory_id="")
        properties.write_text(server_properties(node, [node], folder / "data", {}))
        log4j2.write_text(log4j2_properties())
        self.with_volume_mapping(log4j2, LOG4J2, "ro")
        self.with_program("/bin/sh", "-c", START)
        self.with_envs(
            **ENVIRONMENT,
            CLUSTER_ID=base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("="),
            DATA=str(folder / "data"),
            PROPERTIES=str(properties),
            LISTENERS=f"PLAINTEXT://0.0.0.0:{port},CONTROLLER://127.0.0.1:{controller_port}",
        )


def kafka_server(data_dir: Path, ports: Ports, user: str) -> ContainerServer:
    """Its handle; nothing is started yet."""
    folder = data_dir / "kafka-server"
    port, controller_port = ports.get("kafka"), ports.get("kafka-controller")

    def container() -> KafkaContainer:
        folder.mkdir(parents=True, exist_ok=True)
        return KafkaContainer(
            folder, port=port, controller_port=controller_port, data_dir=data_dir, user=user
        )

    address = f"127.0.0.1:{port}"
    return ContainerServer(
        "kafka",
        container,
        address=address,
        log=data_dir / "logs" / "kafka.log",
        answers=lambda: topic_created(address),
        within_s=FORMAT_WITHIN_S + READY_WITHIN_S,
    )
