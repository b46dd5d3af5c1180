"""A cluster of three: what was acknowledged stands while any one of them is away."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from localstack.servers import Cluster, cluster
from pymongo import AsyncMongoClient

pytestmark = pytest.mark.long


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def three(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    async with cluster(data_dir=tmp_path_factory.mktemp("cluster")) as started:
        yield started


async def sent_through(three: Cluster, trouble: Callable[[], Awaitable[object]]) -> list[str]:
    """Records sent one by one, with trouble after the tenth; what a reader then finds."""
    topic = f"t-{time.time_ns()}"
    admin = AIOKafkaAdminClient(bootstrap_servers=three.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, three.copies)])
    await admin.close()
    async with AIOKafkaProducer(
        bootstrap_servers=three.kafka, acks="all", enable_idempotence=True
    ) as producer:
        for number in range(20):
            if number == 10:
                await trouble()
            await producer.send_and_wait(topic, str(number).encode())
    found: list[str] = []
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=three.kafka, auto_offset_reset="earliest"
    ) as consumer:
        while len(found) < 20:
            batches = (await consumer.getmany(timeout_ms=20_000)).values()
            assert batches, found
            found += [(one.value or b"").decode() for batch in batches for one in batch]
    return found


@pytest.mark.parametrize("which", [0, 1, 2])
async def test_no_acknowledged_record_is_lost_with_a_broker(three: Cluster, which: int) -> None:
    broker = three.brokers[which]
    assert await sent_through(three, broker.kill) == [str(number) for number in range(20)]
    await broker.start()
    await three.whole()


@pytest.mark.parametrize("how", ["kill", "step down", "pause"])
async def test_another_member_leads_when_the_primary_is_away(three: Cluster, how: str) -> None:
    leading = await three.replica_set.primary()
    async with AsyncMongoClient[dict[str, object]](three.mongo, timeoutMS=30_000) as client:
        await client["test"]["kept"].insert_one({"_id": how})
        if how == "kill":
            await leading.kill()
        elif how == "pause":
            leading.pause()
        else:
            assert await three.replica_set.step_down() is leading
        assert await three.replica_set.primary() is not leading
        await client["test"]["kept"].insert_one({"_id": f"{how}, afterwards"})
        if how == "kill":
            await leading.start()
        leading.resume()
        await three.whole()
        ids = {one["_id"] async for one in client["test"]["kept"].find({"_id": {"$regex": how}})}
        assert ids == {how, f"{how}, afterwards"}
