"""The broker's properties: one node in KRaft mode, small, on the loopback address."""

from __future__ import annotations

from pathlib import Path

# Above every topic's own limit: topics carry theirs (`giftstream topics apply`).
MESSAGE_MAX_BYTES = 4 * 1024 * 1024


def server_properties(*, port: int, controller_port: int, data: Path) -> str:
    """The text of server.properties; each line beyond addresses was needed on a real machine."""
    properties = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": _escaped(data),
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
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
    return "".join(f"{name}={value}\n" for name, value in properties.items())


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
