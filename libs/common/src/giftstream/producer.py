"""Kafka out: one idempotent producer a service, confirmed by all replicas, with a deadline."""

import asyncio
import random
import zlib
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.structs import RecordMetadata

from giftstream.failures import Transient
from giftstream.kafka import Kafka

PUBLISH_DEADLINE_S = 15.0
# The client's own 16 KiB would split what one batch of records causes into many small requests.
BATCH_BYTES = 256 * 1024
# From so many on, whole batches are handed over: half the client's work for each message. Fewer
# are better sent one by one, because those of several callers then share a batch.
MANY = 32


class Message(NamedTuple):
    """What goes onto a topic: raw bytes, and headers as Kafka keeps them."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class Producer:
    """Publishes messages; returns once the broker has confirmed all of them.

    A message may arrive twice (a deadline passed, yet it was sent): readers must not care.
    """

    def __init__(self, kafka: Kafka, *, max_message_bytes: int) -> None:
        self._kafka = kafka
        self._max_message_bytes = max_message_bytes
        self._producer: AIOKafkaProducer | None = None
        self._doubtful = False
        self._renewing = asyncio.Lock()

    async def start(self) -> None:
        """Connect; raises KafkaError when no broker answers."""
        producer = AIOKafkaProducer(
            **self._kafka.client,
            enable_idempotence=True,
            acks="all",
            linger_ms=0,
            max_batch_size=BATCH_BYTES,
            partitioner=partition_of,
            max_request_size=self._max_message_bytes,
            request_timeout_ms=10_000,
        )
        async with AsyncExitStack() as failed:
            failed.push_async_callback(producer.stop)
            await producer.start()
            failed.pop_all()
        self._producer, self._doubtful = producer, False

    async def stop(self) -> None:
        """Flush and close. In an outage the flush waits for ever, so it has a deadline."""
        if self._producer is None:
            return
        try:
            async with asyncio.timeout(PUBLISH_DEADLINE_S):
                await self._producer.stop()
        except (TimeoutError, KafkaError):
            return

    async def publish(self, messages: Sequence[Message]) -> None:
        """Publish in order; Transient when the broker did not confirm all of them in time.

        Raises MessageSizeTooLargeError for a message above the producer's own limit.
        """
        producer = await self._trusted()
        try:
            async with asyncio.timeout(PUBLISH_DEADLINE_S):
                if len(messages) >= MANY and all(map(_fits_a_batch, messages)):
                    sent = await self._send_batches(producer, messages)
                else:
                    sent = [await _send(producer, message) for message in messages]
            await _confirmed(sent)
        except MessageSizeTooLargeError:
            raise
        except (TimeoutError, KafkaError) as error:
            self._doubtful = self._producer is producer
            raise Transient(f"Kafka did not confirm: {type(error).__name__}") from error

    async def _trusted(self) -> AIOKafkaProducer:
        """The producer, made anew after a failure.

        A batch that the client gave up has left a gap in the numbers by which the broker knows
        repeats: it would refuse everything that follows (OutOfOrderSequenceNumber), for ever.
        """
        async with self._renewing:
            if self._producer is not None and not self._doubtful:
                return self._producer
            try:
                if self._producer is not None:
                    await _abandon(self._producer)
                async with asyncio.timeout(PUBLISH_DEADLINE_S):
                    await self.start()
            except (TimeoutError, KafkaError) as error:
                raise Transient(f"Kafka is away: {type(error).__name__}") from error
            assert self._producer is not None
            return self._producer

    async def _send_batches(
        self, producer: AIOKafkaProducer, messages: Sequence[Message]
    ) -> "list[asyncio.Future[RecordMetadata]]":
        sent: list[asyncio.Future[RecordMetadata]] = []
        for (topic, partition), several in (await _by_partition(producer, messages)).items():
            batch = producer.create_batch()
            for message in several:
                if not _appended(batch, message):
                    sent.append(await producer.send_batch(batch, topic, partition=partition))
                    batch = producer.create_batch()
                    _appended(batch, message)  # an empty batch takes any that fits one
            sent.append(await producer.send_batch(batch, topic, partition=partition))
        return sent

    async def ping(self) -> None:
        """Return when a broker answers; raises KafkaError or TimeoutError else."""
        producer = await self._trusted()
        async with asyncio.timeout(2.0):
            await producer.client.fetch_all_metadata()


def partition_of(key: bytes | None, partitions: list[int], available: list[int]) -> int:
    """By CRC-32 of the key, as librdkafka's `consistent` partitioner; any one without a key.

    The client's own murmur2 is pure Python: a third of the cost of sending. Each topic but
    selection.submitted has one publisher, so keys stay in order; for that one no order is promised.
    """
    if key is None:
        return random.choice(available or partitions)
    return partitions[zlib.crc32(key) % len(partitions)]


async def _by_partition(
    producer: AIOKafkaProducer, messages: Sequence[Message]
) -> dict[tuple[str, int], list[Message]]:
    """The messages in order, by where they go: as `send` would decide it."""
    partitions = {
        topic: sorted(await producer.partitions_for(topic))
        for topic in dict.fromkeys(message.topic for message in messages)
    }
    found: dict[tuple[str, int], list[Message]] = {}
    for message in messages:
        topic, key = message.topic, message.key
        partition = partition_of(key, partitions[topic], partitions[topic])
        found.setdefault((topic, partition), []).append(message)
    return found


def _fits_a_batch(message: Message) -> bool:
    # Without a key it goes where a broker is up, and above the limit it is refused: `send` knows.
    _, key, value, _ = message
    return key is not None and len(value or b"") < BATCH_BYTES // 2


def _appended(batch: Any, message: Message) -> bool:
    _, key, value, headers = message
    return batch.append(timestamp=None, key=key, value=value, headers=list(headers)) is not None


async def _send(producer: AIOKafkaProducer, message: Message) -> "asyncio.Future[RecordMetadata]":
    future: asyncio.Future[RecordMetadata] = await producer.send(
        message.topic, message.value, key=message.key, headers=list(message.headers)
    )
    return future


async def _abandon(producer: AIOKafkaProducer) -> None:
    # What it still holds must not go out any more: it would arrive after what the next one sends,
    # and compaction would keep an older state. `stop` alone flushes.
    producer._sender.sender_task.cancel()  # noqa: SLF001
    with suppress(TimeoutError, KafkaError):
        async with asyncio.timeout(PUBLISH_DEADLINE_S):
            await producer.stop()


async def _confirmed(sent: list["asyncio.Future[RecordMetadata]"]) -> None:
    # Waiting, not gathering: a deadline must not cancel futures that the sender still resolves.
    if not sent:
        return
    _, late = await asyncio.wait(sent, timeout=PUBLISH_DEADLINE_S)
    for future in late:
        future.add_done_callback(_forget)
    if late:
        raise TimeoutError
    for error in filter(None, [future.exception() for future in sent]):
        raise error


def _forget(future: "asyncio.Future[RecordMetadata]") -> None:
    if not future.cancelled():
        future.exception()
