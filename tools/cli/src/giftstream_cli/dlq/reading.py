"""Reads dead-letter topics from their beginning to where they end now, once, in no group."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from giftstream.kafka import Kafka

from giftstream_cli.dlq.letters import DLQ_SUFFIX, Letter, Ref
from giftstream_cli.failures import NotHeld
from giftstream_cli.kafka import DEADLINE_S, partitions_by_topic

POLL_MS = 500
MAX_BYTES = 8 * 1024 * 1024


async def dead_letter_places(servers: Kafka, topic: str | None) -> list[TopicPartition]:
    """All there are, or of the topic asked for (with or without `.dlq`). Raises NotHeld."""
    known = await partitions_by_topic(servers)
    dead = sorted(name for name in known if name.endswith(DLQ_SUFFIX))
    if topic is not None:
        asked = topic if topic.endswith(DLQ_SUFFIX) else topic + DLQ_SUFFIX
        if asked not in known:
            raise NotHeld(f"Kafka has no topic {asked}; there are: {', '.join(dead) or 'none'}.")
        dead = [asked]
    return [TopicPartition(name, partition) for name in dead for partition in known[name]]


async def letters(servers: Kafka, places: Sequence[TopicPartition]) -> AsyncIterator[Letter]:
    """Every record of these partitions, letters and notes alike, in order within each."""
    if not places:
        return
    async with _consumer(servers) as consumer:
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        async for letter in _until(consumer, ends):
            yield letter


async def letter_at(servers: Kafka, ref: Ref) -> Letter:
    """The one at this place. Raises NotHeld when there is none (any more)."""
    missing = NotHeld(f"There is no dead letter at {ref}: it never was, or its time is over.")
    place = TopicPartition(ref.topic, ref.partition)
    if place not in await dead_letter_places(servers, ref.topic):
        raise missing
    async with _consumer(servers) as consumer:
        consumer.assign([place])
        first = (await consumer.beginning_offsets([place]))[place]
        last = (await consumer.end_offsets([place]))[place]
        if not first <= ref.offset < last:
            raise missing
        consumer.seek(place, ref.offset)
        async for letter in _until(consumer, {place: ref.offset + 1}):
            if letter.ref == ref and not letter.is_note:
                return letter
        raise missing


async def offsets_at(
    servers: Kafka, places: Sequence[TopicPartition], moment: datetime
) -> dict[TopicPartition, tuple[int, int]]:
    """By partition: where it begins, and the first offset that is not older than the moment."""
    if not places:
        return {}
    async with _consumer(servers) as consumer:
        consumer.assign(places)
        first = await consumer.beginning_offsets(places)
        last = await consumer.end_offsets(places)
        at = int(moment.timestamp() * 1000)
        newer = await consumer.offsets_for_times(dict.fromkeys(places, at))
    return {one: (first[one], newer[one].offset if newer.get(one) else last[one]) for one in places}


@asynccontextmanager
async def _consumer(servers: Kafka) -> AsyncIterator["AIOKafkaConsumer[bytes, bytes]"]:
    consumer: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        **servers.client,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=MAX_BYTES,
        request_timeout_ms=10_000,
    )
    async with asyncio.timeout(DEADLINE_S):
        await consumer.start()
    try:
        yield consumer
    finally:
        async with asyncio.timeout(DEADLINE_S):
            await consumer.stop()


async def _until(
    consumer: "AIOKafkaConsumer[bytes, bytes]", ends: dict[TopicPartition, int]
) -> AsyncIterator[Letter]:
    # A position, not a record, says when a partition is read: retention and compaction leave gaps.
    loop = asyncio.get_running_loop()
    patience = loop.time() + DEADLINE_S
    while open_places := [p for p in ends if await consumer.position(p) < ends[p]]:
        found = await consumer.getmany(*open_places, timeout_ms=POLL_MS, max_records=500)
        if loop.time() > patience and not found:
            raise TimeoutError
        if found:
            patience = loop.time() + DEADLINE_S
        for place, records in found.items():
            for record in records:
                if record.offset < ends[place]:
                    yield Letter.of(record)
