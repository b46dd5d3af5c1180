"""Topics of a test, and what is on them."""

import asyncio
from collections.abc import Iterable, Mapping

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
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


async def read_all(kafka: str, topic: str) -> list["ConsumerRecord[bytes, bytes]"]:
    """Every record of a topic from its beginning to its end as of now."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    await consumer.start()
    try:
        partitions = [
            TopicPartition(topic, p)
            for p in consumer.partitions_for_topic(topic) or await _partitions(consumer, topic)
        ]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)
        records: list[ConsumerRecord[bytes, bytes]] = []
        while any([await consumer.position(p) < ends[p] for p in partitions]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                records += batch
        return records
    finally:
        await consumer.stop()


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    await consumer._client.add_topic(topic)
    return [TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic) or ()]


async def lag(kafka: str, group: str, topic: str) -> int:
    """How many records of a topic a group has not committed yet."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = await _partitions(consumer, topic)
        ends = await consumer.end_offsets(partitions)
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
        await admin.start()
        try:
            committed = await admin.list_consumer_group_offsets(group, partitions=partitions)
        finally:
            await admin.close()
        return sum(ends[p] - max(committed[p].offset, 0) for p in partitions)
    finally:
        await consumer.stop()
