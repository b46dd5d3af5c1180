"""Many messages at once arrive whole, each key in order and where a single message would go."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator

import pytest
from giftstream.kafka import Kafka
from giftstream.producer import BATCH_BYTES, MANY, Message, Producer
from localstack.servers import Servers
from support import topics

KEYS = 23
LIMIT = 1024 * 1024
ALL_REPLICAS = -1


@pytest.fixture
async def topic(servers: Servers) -> str:
    name = f"test.many.{uuid.uuid4().hex[:8]}"
    await topics.create(servers.kafka, {name: {}})
    return name


@pytest.fixture
async def producer(servers: Servers) -> AsyncIterator[Producer]:
    producer = Producer(Kafka(servers.kafka), max_message_bytes=LIMIT)
    await producer.start()
    yield producer
    await producer.stop()


def numbered(topic: str, count: int, *, padding: int = 0) -> list[Message]:
    return [
        Message(
            topic,
            f"k{n % KEYS}".encode(),
            str(n).encode() + b" " * padding,
            (("number", str(n).encode()),),
        )
        for n in range(count)
    ]


async def arrived(servers: Servers, topic: str) -> dict[bytes, list[tuple[int, int]]]:
    """By key: (partition, number) in the order of offsets."""
    found = defaultdict(list)
    for record in sorted(await topics.read_all(servers.kafka, topic), key=lambda r: r.offset):
        assert dict(record.headers)["number"] == record.value.strip()
        found[record.key].append((record.partition, int(record.value)))
    return found


async def test_several_batches_a_partition_keep_each_key_in_order(
    servers: Servers, topic: str, producer: Producer
) -> None:
    # About twice what one batch of each of the four partitions holds.
    messages = numbered(topic, 400, padding=8 * BATCH_BYTES // 400)
    await producer.publish(messages)
    found = await arrived(servers, topic)
    assert sum(map(len, found.values())) == len(messages)
    for places in found.values():
        assert len({partition for partition, _ in places}) == 1
        assert [number for _, number in places] == sorted(number for _, number in places)


async def test_a_key_goes_where_it_goes_alone(
    servers: Servers, topic: str, producer: Producer
) -> None:
    for message in numbered(topic, KEYS):
        await producer.publish([message])
    await producer.publish(numbered(topic, 2 * MANY))
    found = await arrived(servers, topic)
    assert all(len({partition for partition, _ in places}) == 1 for places in found.values())


async def test_several_publishers_at_once_lose_and_double_nothing(
    servers: Servers, topic: str, producer: Producer
) -> None:
    messages = numbered(topic, 6 * MANY)
    parts = [messages[n::3] for n in range(3)]
    singles = [[message] for message in numbered(topic, 10)]
    await asyncio.gather(*(producer.publish(part) for part in [*parts, *singles]))
    found = await arrived(servers, topic)
    numbers = sorted(number for places in found.values() for _, number in places)
    assert numbers == sorted([*range(6 * MANY), *range(10)])


async def test_messages_without_key_or_of_great_size_go_too(
    servers: Servers, topic: str, producer: Producer
) -> None:
    great = Message(topic, b"great", b"x" * (LIMIT - 2048))
    keyless = [Message(topic, None, str(n).encode()) for n in range(MANY)]
    await producer.publish([great, *keyless])
    values = [record.value for record in await topics.read_all(servers.kafka, topic)]
    assert max(map(len, values)) == LIMIT - 2048
    assert len(values) == MANY + 1


async def test_every_replica_confirms_and_the_brokers_know_a_repeat(producer: Producer) -> None:
    client = producer._producer
    assert client is not None
    assert client._sender._acks == ALL_REPLICAS
    assert client._txn_manager is not None, "its numbers are what the brokers know a repeat by"
