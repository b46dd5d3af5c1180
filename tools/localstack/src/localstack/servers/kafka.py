"""Apache Kafka as a process of this machine."""

from __future__ import annotations

import asyncio
import base64
import logging
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from localstack.errors import ServerUnavailable
from localstack.places import cache_dir
from localstack.ports import Ports
from localstack.processes import Process
from localstack.servers.kafka_config import (
    NOTHING_BEYOND,
    Beyond,
    Node,
    initial_controllers,
    log4j2_properties,
    server_properties,
)
from localstack.servers.kafka_jars import java, kafka_jars
from localstack.servers.one_process import OneProcess
from localstack.waiting import until

# A killed broker is refused until its session has ended, and a busy machine is slow.
READY_WITHIN_S = 120.0
FORMAT_WITHIN_S = 60.0
PROBE_TOPIC = "localstack.ready"
JVM = ["-Xms128m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]


class KafkaServer(OneProcess):
    """One broker in KRaft mode, with its ports and data in the data directory."""

    def __init__(
        self,
        data_dir: Path,
        ports: Ports,
        *,
        inherit: Sequence[int] = (),
        note: Callable[[str], None] = lambda _: None,
        node: Node | None = None,
        nodes: Sequence[Node] = (),
        cluster_id: str = "",
        beyond: Beyond = NOTHING_BEYOND,
    ) -> None:
        """Alone, or with a `node` the one of several `nodes`, all under one `cluster_id`."""
        super().__init__("Kafka")
        self._data_dir = data_dir
        self._ports = ports
        self._inherit = inherit
        self._note = note
        self._node = node
        self._nodes = nodes
        self._cluster_id = cluster_id or random_id()
        self._beyond = beyond

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self._node.port if self._node else 0}"

    @property
    def log(self) -> Path:
        """Where it logs."""
        return self._data_dir / "logs" / f"{self._node.name if self._node else 'kafka'}.log"

    async def start(self) -> None:
        """Start it and return once a topic was created. The first time it is fetched and set up."""
        if self._process is None:
            self._process = await self._prepare()
        await self._process.start()
        copies = max(len(self._nodes), 1)
        await self._process.ready(
            lambda: topic_created(self.address, copies), within_s=READY_WITHIN_S
        )

    async def _prepare(self) -> Process:
        program = await java()
        if not cache_dir().exists():
            self._note("fetching Apache Kafka")
        jars = await kafka_jars(cache_dir())
        node = self._node = self._node or node_of(self._ports, 1, "kafka")
        folder = self._data_dir / f"{node.name}-server"
        folder.mkdir(parents=True, exist_ok=True)
        properties = folder / "server.properties"
        nodes, beyond = self._nodes or [node], self._beyond.properties
        properties.write_text(server_properties(node, nodes, folder / "data", beyond))
        (folder / "log4j2.properties").write_text(log4j2_properties())
        logging_to = f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}"
        command = [program, *JVM, logging_to, "-cp", f"{jars}/*"]
        if not (folder / "data" / "meta.properties").exists():
            await self._format([*command, "kafka.tools.StorageTool"], properties)
        return Process(
            node.name,
            [*command, "kafka.Kafka", properties],
            log=self.log,
            cwd=folder,
            inherit=self._inherit,
        )

    async def _format(self, tool: Sequence[str], properties: Path) -> None:
        quorum = ["--standalone"]
        if self._nodes:
            quorum = ["--initial-controllers", initial_controllers(self._nodes)]
        # An earlier format may have been interrupted half way; it wrote no data yet.
        arguments: list[str | Path] = [
            "format",
            *quorum,
            "--ignore-formatted",
            "-t",
            self._cluster_id,
            "-c",
            properties,
            *self._beyond.format,
        ]
        formatting = Process(
            "kafka format",
            [*tool, *arguments],
            log=self.log,
            cwd=properties.parent,
            inherit=self._inherit,
        )
        await formatting.start()
        try:
            async with asyncio.timeout(FORMAT_WITHIN_S):
                code = await formatting.wait()
        except TimeoutError:
            raise formatting.failure("Kafka's data directory was not formatted in time") from None
        finally:
            await formatting.kill()
        if code != 0:
            raise formatting.failure("Kafka's data directory cannot be formatted")


def node_of(ports: Ports, number: int, name: str) -> Node:
    """A node with ports of its own."""
    port, controller_port = ports.get(name), ports.get(f"{name}-controller")
    return Node(number, name, port, controller_port, random_id())


def random_id() -> str:
    """16 bytes as Kafka writes ids. A leading bit of 0: an id that begins with "-" would be read
    as an option."""
    raw = bytes([secrets.randbelow(128), *secrets.token_bytes(15)])
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


async def topic_created(address: str, copies: int = 1) -> None:
    """Return once the broker has created the probe's topic, or has it with a leader already."""
    # The client logs each refused connection at length; while a broker starts they say nothing.
    loud = logging.getLogger("aiokafka")
    level, loud.level = loud.level, logging.CRITICAL + 1
    try:
        await until(lambda: _try_topic(address, copies))
    finally:
        loud.level = level


async def kafka_answers(address: str, *, within_s: float) -> None:
    """ServerUnavailable unless the named server lets us create a topic in time."""
    try:
        async with asyncio.timeout(within_s):
            await topic_created(address)
    except TimeoutError:
        message = f"Kafka at {address} (GIFTSTREAM_KAFKA) does not answer."
        raise ServerUnavailable(message) from None


async def _try_topic(address: str, copies: int) -> bool:
    if not await _listens(address):
        return False
    admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=5000)
    try:
        await admin.start()
        answer = await admin.create_topics([NewTopic(PROBE_TOPIC, 1, copies)])
        code = answer.topic_errors[0][1]
        if code not in (0, TopicAlreadyExistsError.errno):
            raise for_code(code)
        described = await admin.describe_topics([PROBE_TOPIC])
        return all(part["leader"] >= 0 for part in described[0]["partitions"])
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()


async def _listens(address: str) -> bool:
    host, _, port = address.split(",")[0].rpartition(":")
    try:
        async with asyncio.timeout(2):
            _, writer = await asyncio.open_connection(host, int(port))
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
