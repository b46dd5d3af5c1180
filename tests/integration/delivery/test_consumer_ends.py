"""The client's consumer may end for good with the broker well; ours goes on all the same.

What ends it here is what was seen: uvloop's RuntimeError where a connection was closed under it.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import uvloop
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.metadata import MetadataRequest
from giftstream.delivery import DeliveryMetrics, Subscriber
from giftstream.delivery.records import Record
from giftstream.kafka import Kafka
from giftstream.lost_connections import said_as_such
from prometheus_client import CollectorRegistry
from support.waiting import until

CLOSED = RuntimeError("unable to perform operation on a transport; the handler is closed")


class Delivered:
    """In place of Delivery: keeps what it is given."""

    def __init__(self) -> None:
        self.values: list[bytes] = []
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def deliver(self, records: Sequence[Record]) -> None:
        await self.goes_on.wait()
        self.values += [one.value or b"" for one in records]


class Reading:
    """A subscriber of one topic, and what it was given."""

    def __init__(self, counting: Any) -> None:
        self.delivered = Delivered()
        self.registry = CollectorRegistry()
        metrics = DeliveryMetrics(self.registry)
        self.subscriber = Subscriber(
            f"reading-{counting.suffix}",
            Kafka(counting.servers.kafka),
            {counting.moved: None},  # type: ignore[dict-item]  # routes are not looked at
            self.delivered,  # type: ignore[arg-type]  # in its place
            metrics,
        )
        self._counting = counting
        self._number = 0

    @property
    def coordinator(self) -> Any:
        """The client's task that keeps the consumer's place in its group."""
        return self.subscriber._subscriber.consumer._coordinator

    @property
    def revived(self) -> float:
        return self.registry.get_sample_value("giftstream_consumer_revived_total") or 0.0

    async def publish(self, value: bytes) -> None:
        """Onto its topic."""
        await self._counting.publish([(self._counting.moved, b"k", value, [])])

    async def reads(self) -> None:
        """A new record arrives."""
        self._number += 1
        value = b"%d" % self._number
        await self.publish(value)

        async def arrived() -> bool:
            await self.subscriber.revive()
            return value in self.delivered.values

        await until(arrived, within_s=30, what=f"record {self._number}", every_s=0.1)


@pytest.fixture
async def reading(counting: Any) -> AsyncIterator[Reading]:
    reading = Reading(counting)
    await reading.subscriber.start()
    yield reading
    await reading.subscriber.stop()


async def test_a_consumer_that_lost_its_place_for_good_is_made_anew(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reading.reads()
    coordinator = reading.coordinator

    async def closed() -> None:
        raise CLOSED

    monkeypatch.setattr(coordinator, "ensure_coordinator_known", closed)
    coordinator.request_rejoin()
    coordinator.coordinator_dead()

    async def ended() -> bool:
        return bool(coordinator._coordination_task.done())

    await until(ended, within_s=20, what="the client gives up")
    assert reading.subscriber.progress.gone is not None
    await reading.reads()
    assert reading.revived == 1
    assert reading.subscriber.progress.trouble is None


async def test_a_task_that_the_framework_began_again_is_a_running_consumer(
    reading: Reading,
) -> None:
    await reading.reads()
    # What the client pushes to whoever reads next; no error of Kafka, so it ends the task.
    reading.coordinator._pending_exception = CLOSED

    async def ended() -> bool:
        return len(reading.subscriber._subscriber.tasks) > 1

    await until(ended, within_s=20, what="the framework begins it again")
    assert reading.subscriber.progress.trouble is None
    await reading.reads()
    assert reading.revived == 0


async def test_a_consumer_that_fetches_nothing_any_more_is_made_anew(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reading.reads()
    monkeypatch.setattr(reading.subscriber.progress, "_stuck_after_s", 1.0)
    client = reading.subscriber._subscriber.consumer._client
    send, asked = client.send, asyncio.Event()

    async def answers_no_fetch(node: int, request: Any, **options: Any) -> Any:
        """Every connection is up and the group is well."""
        if isinstance(request, FetchRequest):
            asked.set()
            await asyncio.Event().wait()
        return await send(node, request, **options)

    monkeypatch.setattr(client, "send", answers_no_fetch)
    await asked.wait()
    await reading.reads()
    assert reading.revived == 1
    await reading.reads()
    assert reading.revived == 1


async def test_a_batch_that_waits_is_left_alone(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reading.reads()
    monkeypatch.setattr(reading.subscriber.progress, "_stuck_after_s", 0.2)
    goes_on = reading.delivered.goes_on
    goes_on.clear()
    reading_next = asyncio.create_task(reading.reads())

    async def told() -> bool:
        await reading.publish(b"beyond")
        await reading.subscriber.revive()
        return reading.subscriber.progress.trouble is not None

    await until(told, within_s=20, what="readiness tells that it stands still", every_s=0.2)
    await reading.subscriber.revive()
    assert reading.revived == 0
    goes_on.set()
    await reading_next
    assert reading.revived == 0


def test_a_closed_connection_is_an_error_of_kafkas_on_uvloop_too(counting: Any) -> None:
    said_as_such()
    host, port = counting.servers.kafka.split(":")

    async def write_to_a_closed_one() -> None:
        connection = await create_conn(host, int(port))
        connection._writer.transport.abort()
        await asyncio.sleep(0)
        with pytest.raises(KafkaConnectionError):
            await connection.send(MetadataRequest([]))
        assert not connection.connected()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as running:
        running.run(write_to_a_closed_one())
