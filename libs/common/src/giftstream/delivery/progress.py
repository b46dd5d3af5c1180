"""Whether a consumer moves: it may end, or hang with every connection up (aiokafka #712, #847)."""

import asyncio
import time
from contextlib import suppress
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

STUCK_AFTER_S = 90.0
ANSWERS_WITHIN_S = 5.0

Place = tuple[TopicPartition, int]


class Progress:
    """Remembers positions; a position that stands still for N seconds, with records beyond it, is
    not ready."""

    def __init__(self, subscriber: Any, *, stuck_after_s: float = STUCK_AFTER_S) -> None:
        self._subscriber = subscriber
        self._stuck_after_s = stuck_after_s
        self._seen: dict[TopicPartition, tuple[int, float]] = {}
        self.stuck: Place | None = None

    @property
    def trouble(self) -> str | None:
        """None when all is well, else one sentence."""
        if (gone := self.gone) or self.stuck is None:
            return gone
        partition, position = self.stuck
        return f"{partition.topic}/{partition.partition} stands still at {position}"

    @property
    def gone(self) -> str | None:
        """One sentence when it will read nothing any more, however well the brokers are."""
        tasks, consumer = self._subscriber.tasks, self._subscriber.consumer
        # The framework begins a new task where one failed, and keeps the old one.
        if not tasks or tasks[-1].done():
            return "the consumer is not running"
        if consumer is None:
            return "the consumer is not connected"
        # Whatever it did not expect ends this task of the client (aiokafka 0.14); each read then
        # fails for ever, and nothing public tells.
        if consumer._coordinator._coordination_task.done():  # noqa: SLF001  # see above
            return "the consumer has lost its place in the group for good"
        return None

    async def look(self) -> None:
        """Compare positions with what the brokers have, which a client that hangs does not know.
        When no broker answers, what was seen before stands."""
        if self.gone is None:
            with suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(ANSWERS_WITHIN_S):
                    await self._look(self._subscriber.consumer)

    async def _look(self, consumer: Any) -> None:
        assigned = sorted(consumer.assignment())
        ends = await consumer.end_offsets(assigned) if assigned else {}
        moment, stuck = time.monotonic(), None
        # A partition that was another's meanwhile stood still for nobody.
        self._seen = {one: self._seen[one] for one in assigned if one in self._seen}
        for partition in assigned:
            position = await consumer.position(partition)
            last, since = self._seen.get(partition, (-1, moment))
            if position != last or ends[partition] <= position:
                self._seen[partition] = (position, moment)
            elif moment - since > self._stuck_after_s:
                stuck = (partition, position)
        self.stuck = stuck
