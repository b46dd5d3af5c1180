"""A broker's properties: KRaft mode, small, on the loopback address; alone or one of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# Above every topic's own limit: topics carry theirs (`giftstream topics apply`).
MESSAGE_MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Node:
    """Broker and controller in one process."""

    id: int
    name: str
    port: int
    controller_port: int
    directory_id: str

    @property
    def controller(self) -> str:
        """As the other controllers call it."""
        return f"127.0.0.1:{self.controller_port}"


@dataclass(frozen=True)
class Beyond:
    """What a broker has beyond ours: further properties (they win), and arguments of its format."""

    properties: Mapping[str, str] = field(default_factory=dict)
    format: Sequence[str] = ()


NOTHING_BEYOND = Beyond()


def initial_controllers(nodes: Sequence[Node]) -> str:
    """The same list for the first format of each node."""
    return ",".join(f"{one.id}@{one.controller}:{one.directory_id}" for one in nodes)


def server_properties(
    node: Node, nodes: Sequence[Node], data: Path, beyond: Mapping[str, str]
) -> str:
    """The text of server.properties; each line beyond addresses was needed on a real machine."""
    copies = min(len(nodes), 3)
    in_sync = min(copies, 2)
    here = f"127.0.0.1:{node.port}"
    properties: dict[str, object] = {
        "process.roles": "broker,controller",
        "node.id": node.id,
        "controller.quorum.bootstrap.servers": ",".join(one.controller for one in nodes),
        "listeners": f"PLAINTEXT://{here},CONTROLLER://{node.controller}",
        "advertised.listeners": f"PLAINTEXT://{here}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": _escaped(data),
        "auto.create.topics.enable": "false",
        "default.replication.factor": copies,
        # An acknowledged record is on two of three: losing one loses nothing.
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": copies,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": in_sync,
        "share.coordinator.state.topic.num.partitions": 4,
        "group.initial.rebalance.delay.ms": 0,
        # Half of a small heap by default.
        "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
        "num.network.threads": 2,
        "num.io.threads": 2,
        # After a kill the controller keeps the old session for so long.
        "broker.session.timeout.ms": 3000,
        "broker.heartbeat.interval.ms": 500,
        "message.max.bytes": MESSAGE_MAX_BYTES,
        "replica.fetch.max.bytes": MESSAGE_MAX_BYTES,
    }
    return "".join(f"{name}={value}\n" for name, value in (properties | {**beyond}).items())


def log4j2_properties() -> str:
    """Log to standard output, which is the log file; without a binding the broker says nothing."""
    return """status=error
appender.out.type=Console
appender.out.name=OUT
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=[%d] %p %m (%c)%n
rootLogger.level=info
rootLogger.appenderRef.out.ref=OUT
logger.kafka.name=org.apache.kafka
logger.kafka.level=warn
logger.server.name=kafka
logger.server.level=info
"""


def _escaped(path: Path) -> str:
    return str(path).replace("\\", "\\\\")
