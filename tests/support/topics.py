"""Topics of a test, and what is on them."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic


async def create(kafka: str, topics: Mapping[str, Mapping[str, str]], partitions: int = 4) -> None:
    """Create topics with their configuration."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.create_topics(
            [NewTopic(name, partitions, 1, topic_configs=dict(c)) for name, c in topics.items()]
        )
    finally:
        await admin.close()


async def publish(
    kafka: str, records: Iterable[tuple[str, bytes | None, bytes | None, list[tuple[str, bytes]]]]
) -> None:
    """Publish (topic, key, value, headers) in order."""
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka, enable_idempotence=True, max_request_size=8 * 1024 * 1024
    )
    await producer.start()
    try:
        sent = [await producer.send(t, v, key=k, headers=h) for t, k, v, h in records]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


@asynccontextmanager
async def _reader(kafka: str, *topics: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer without a group, on all partitions of the topics from the beginning."""
    consumer = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=kafka,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def read_all(kafka: str, *topics: str) -> list["ConsumerRecord[bytes, bytes]"]:
    """Every record of the topics from their beginning to their end as of now."""
    async with _reader(kafka, *topics) as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        records: list[ConsumerRecord[bytes, bytes]] = []
        while any([await consumer.position(p) < end for p, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                records += batch
        return records


async def lag(kafka: str, group: str, topic: str) -> int:
    """How many records of a topic a group has not committed yet."""
    async with _reader(kafka, topic) as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        async with asyncio.timeout(10):
            committed = await admin.list_consumer_group_offsets(group, partitions=list(ends))
        done = {p: max(offset.offset, 0) for p, offset in committed.items()}
        return sum(end - done.get(p, 0) for p, end in ends.items())
    finally:
        await admin.close()
