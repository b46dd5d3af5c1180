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

from localstack.errors import ServerUnavailable, StackError
from localstack.places import cache_dir
from localstack.ports import Ports
from localstack.processes import Process
from localstack.servers.kafka_config import log4j2_properties, server_properties
from localstack.servers.kafka_jars import java, kafka_jars
from localstack.waiting import until

# A killed broker is refused until its session has ended, and a busy machine is slow.
READY_WITHIN_S = 60.0
FORMAT_WITHIN_S = 60.0
PROBE_TOPIC = "localstack.ready"
JVM = ["-Xms128m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]


class KafkaServer:
    """One broker in KRaft mode, with its ports and data in the data directory."""

    def __init__(
        self,
        data_dir: Path,
        ports: Ports,
        *,
        inherit: Sequence[int] = (),
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._dir = data_dir / "kafka-server"
        self._log = data_dir / "logs" / "kafka.log"
        self._ports = ports
        self._inherit = inherit
        self._note = note
        self._port = 0
        self._process: Process | None = None

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """Of the broker."""
        return self._running().pid

    @property
    def log(self) -> Path:
        """Where it logs."""
        return self._log

    async def start(self) -> None:
        """Start it and return once a topic was created. The first time it is fetched and set up."""
        if self._process is None:
            self._process = await self._prepare()
        await self._process.start()
        await self._process.ready(lambda: topic_created(self.address), within_s=READY_WITHIN_S)

    async def stop(self) -> None:
        """End it with SIGTERM: a killed broker comes back seconds later than a stopped one."""
        if self._process is not None:
            await self._process.stop()

    async def kill(self) -> None:
        """End it with SIGKILL."""
        await self._running().kill()

    async def wait(self) -> int:
        """The exit code, once it has ended."""
        return await self._running().wait()

    def pause(self) -> None:
        """SIGSTOP."""
        self._running().pause()

    def resume(self) -> None:
        """SIGCONT."""
        self._running().resume()

    async def _prepare(self) -> Process:
        program = await java()
        if not cache_dir().exists():
            self._note("fetching Apache Kafka")
        jars = await kafka_jars(cache_dir())
        self._port = self._ports.get("kafka")
        self._dir.mkdir(parents=True, exist_ok=True)
        properties = self._dir / "server.properties"
        properties.write_text(
            server_properties(
                port=self._port,
                controller_port=self._ports.get("kafka-controller"),
                data=self._dir / "data",
            )
        )
        (self._dir / "log4j2.properties").write_text(log4j2_properties())
        logging_to = f"-Dlog4j2.configurationFile={self._dir / 'log4j2.properties'}"
        command = [program, *JVM, logging_to, "-cp", f"{jars}/*"]
        if not (self._dir / "data" / "meta.properties").exists():
            await self._format([*command, "kafka.tools.StorageTool"], properties)
        return Process(
            "kafka",
            [*command, "kafka.Kafka", properties],
            log=self._log,
            cwd=self._dir,
            inherit=self._inherit,
        )

    async def _format(self, tool: Sequence[str], properties: Path) -> None:
        # A leading bit of 0: an id that begins with "-" would be read as an option.
        cluster_id = bytes([secrets.randbelow(128), *secrets.token_bytes(15)])
        cluster = base64.urlsafe_b64encode(cluster_id).decode().rstrip("=")
        # An earlier format may have been interrupted half way; it wrote no data yet.
        arguments: list[str | Path] = [
            "format",
            "--standalone",
            "--ignore-formatted",
            "-t",
            cluster,
            "-c",
            properties,
        ]
        formatting = Process(
            "kafka format", [*tool, *arguments], log=self._log, cwd=self._dir, inherit=self._inherit
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

    def _running(self) -> Process:
        if self._process is None:
            raise StackError("Kafka was never started")
        return self._process


async def topic_created(address: str) -> None:
    """Return once the broker has created the probe's topic, or has it with a leader already."""
    # The client logs each refused connection at length; while a broker starts they say nothing.
    loud = logging.getLogger("aiokafka")
    level, loud.level = loud.level, logging.CRITICAL + 1
    try:
        await until(lambda: _try_topic(address))
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


async def _try_topic(address: str) -> bool:
    if not await _listens(address):
        return False
    admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=5000)
    try:
        await admin.start()
        answer = await admin.create_topics([NewTopic(PROBE_TOPIC, 1, 1)])
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
