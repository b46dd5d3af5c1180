"""Kafka's failures as sentences."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from giftstream.failures import Transient
from giftstream.kafka import Kafka

from giftstream_cli.failures import NotHeld, ServerAway

DEADLINE_S = 15.0


@asynccontextmanager
async def kafka_named(servers: Kafka, done: Callable[[], str] = str) -> AsyncIterator[None]:
    """Whatever Kafka does inside, ServerAway is what comes out; `done` says how far it went."""
    try:
        yield
    except (KafkaError, Transient, OSError, TimeoutError, ValueError) as error:
        raise ServerAway(
            f"Kafka at {servers} could not be used ({type(error).__name__}). {done()}Check the "
            "address, that the broker runs and, where it asks for TLS or a user, "
            "GIFTSTREAM_KAFKA_SECURITY and what goes with it; then give the same command again: it "
            "is harmless."
        ) from error


async def partitions_by_topic(servers: Kafka) -> dict[str, list[int]]:
    """The topics there are. Raises KafkaError or TimeoutError when no broker answers."""
    admin = AIOKafkaAdminClient(**servers.client, request_timeout_ms=10_000)
    async with asyncio.timeout(DEADLINE_S):
        await admin.start()
        try:
            described = await admin.describe_topics()
        finally:
            await admin.close()
    return {
        topic["topic"]: sorted(one["partition"] for one in topic["partitions"])
        for topic in described
    }


async def require_topic(servers: Kafka, topic: str) -> None:
    """Raises NotHeld when the topic does not exist: brokers here create none by themselves."""
    if topic not in await partitions_by_topic(servers):
        raise NotHeld(f"Kafka has no topic {topic} yet: run `giftstream topics apply` first.")
