"""The one subscriber of a service: all its topics, one group, batches of raw records."""

import asyncio
import logging
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage

from giftstream.crashpoints import crashpoint
from giftstream.delivery.batch import Delivery
from giftstream.delivery.metrics import DeliveryMetrics
from giftstream.delivery.progress import Place, Progress
from giftstream.delivery.rebalance import WaitForBatch
from giftstream.delivery.records import Record
from giftstream.delivery.routes import Route
from giftstream.delivery.security import security_of
from giftstream.failures import Transient
from giftstream.garbage import look_for_none_meanwhile
from giftstream.kafka import Kafka
from giftstream.mongo import is_transient

log = structlog.get_logger()

# A part then writes some thousand documents at once: less of the driver for each of them. What
# the client holds of each partition (1 MiB) bounds the bytes.
MAX_RECORDS = 3000
PARTS = 3
# The driver's threads wait so long for a plan under way to let them send what is ready; Python's
# own 5 ms leave MongoDB idle in between. Measured: a tenth more selections a second.
SWITCH_INTERVAL_S = 0.001
RETRY_IN_PLACE_S = 60.0
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 10.0
GRACEFUL_TIMEOUT_S = 20.0
REBALANCE_TIMEOUT_MS = 30_000
# A killed member's partitions wait so long for another: the least that brokers allow by default.
SESSION_TIMEOUT_MS = 6_000
HEARTBEAT_MS = 2_000


class Subscriber:
    """At least once in, exactly once in effect. Never commits past what has no effect yet."""

    def __init__(
        self,
        group: str,
        kafka: Kafka,
        routes: Mapping[str, Route],
        delivery: Delivery,
        metrics: DeliveryMetrics,
        *,
        retry_in_place_s: float = RETRY_IN_PLACE_S,
    ) -> None:
        self._group = group
        self._kafka = kafka
        self._topics = sorted(routes)
        self._delivery = delivery
        self._metrics = metrics
        self._retry_in_place_s = retry_in_place_s
        self._running = WaitForBatch()
        self._hung_at: Place | None = None
        self._connect()

    def _connect(self) -> None:
        self._broker = KafkaBroker(
            # The framework takes one string for one address.
            self._kafka.servers.split(","),
            security=security_of(self._kafka),
            apply_types=False,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            allow_auto_create_topics=False,
            graceful_timeout=GRACEFUL_TIMEOUT_S,
            logger=logging.getLogger("giftstream.kafka"),
            log_level=logging.DEBUG,
        )
        self._subscriber = self._broker.subscriber(
            *self._topics,
            group_id=self._group,
            batch=True,
            max_records=MAX_RECORDS,
            batch_timeout_ms=200,
            auto_offset_reset="earliest",
            rebalance_timeout_ms=REBALANCE_TIMEOUT_MS,
            session_timeout_ms=SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            parser=_raw_batch,
            decoder=_message_itself,
            listener=self._running,
        )
        self._subscriber(self._handle)
        self.progress = Progress(self._subscriber)

    async def start(self) -> None:
        """Connect and join the group. Raises KafkaError when no broker answers."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        await self._broker.start()

    async def stop(self) -> None:
        """Let the running batch end (20 s), then leave the group."""
        await self._broker.stop()

    async def revive(self) -> None:
        """A new consumer where the client's has ended for good, or hangs. Raises KafkaError as a
        start does; the next time goes on from there."""
        await self.progress.look()
        if (trouble := self.progress.gone or self._hangs()) is None:
            return
        log.warning("consumer.gone", message=trouble)
        # With its brokers away it waits for ever to say goodbye.
        with suppress(TimeoutError, KafkaError):
            async with asyncio.timeout(2 * GRACEFUL_TIMEOUT_S):
                await self._broker.stop()
        self._connect()
        await self.start()
        self._metrics.revived()

    def _hangs(self) -> str | None:
        """A batch that waits for MongoDB hangs nothing, and neither does the same place again: a
        new consumer stood still there too."""
        if self._running.busy or self.progress.stuck in (None, self._hung_at):
            return None
        self._hung_at = self.progress.stuck
        return self.progress.trouble

    async def _handle(self, message: KafkaMessage) -> None:
        raw = message.raw_message
        assert isinstance(raw, tuple)
        records = [Record.of(one) for one in raw]
        with self._running:
            with look_for_none_meanwhile():
                await self._deliver(records)
            crashpoint("batch.before_ack")
            try:
                await message.ack()
            except KafkaError as error:
                # The group moved on without us. The records come again and find their effects.
                self._metrics.lost_commit()
                log.warning("delivery.commit_lost", error=type(error).__name__)

    async def _deliver(self, records: Sequence[Record]) -> None:
        started = time.monotonic()
        pause = FIRST_PAUSE_S
        while True:
            try:
                await self._in_parts(records)
            except Exception as error:
                if not (isinstance(error, Transient) or is_transient(error)):
                    log.exception("delivery.unexpected")
                if time.monotonic() - started + pause > self._retry_in_place_s:
                    raise
                log.warning("delivery.waits", error=type(error).__name__, delay_s=pause)
            else:
                self._metrics.delivered([one.topic for one in records], time.monotonic() - started)
                return
            self._metrics.retried()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _in_parts(self, records: Sequence[Record]) -> None:
        """The parts of a batch at once: one computes while another waits for MongoDB.

        Records of one key stay together and in order. All have ended when this returns.
        """
        parts = [
            part
            for number in range(PARTS)
            if (part := [one for one in records if _part_of(one) == number])
        ]
        ends = await asyncio.gather(
            *(self._delivery.deliver(part) for part in parts), return_exceptions=True
        )
        for end in ends:
            if isinstance(end, BaseException):
                raise end


def _part_of(record: Record) -> int:
    return hash(record.key) % PARTS


async def _raw_batch(batch: tuple["ConsumerRecord[Any, Any]", ...], original: Any) -> Any:
    # The framework's own parser decodes every header, and one that is not UTF-8 loses the whole
    # batch without a trace; so it sees one copy without headers, and we hand over the raw records.
    message = await original((_without_headers(batch[0]),))
    message.raw_message = batch
    return message


def _without_headers(record: "ConsumerRecord[Any, Any]") -> "ConsumerRecord[Any, Any]":
    return ConsumerRecord(
        record.topic,
        record.partition,
        record.offset,
        record.timestamp,
        record.timestamp_type,
        None,
        b"",
        record.checksum,
        0,
        0,
        (),
    )


async def _message_itself(message: KafkaMessage) -> KafkaMessage:
    return message
