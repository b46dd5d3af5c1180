"""Whether a consumer moves: it may hang with every connection up (aiokafka's open threads)."""

import time
from typing import Any

from aiokafka import TopicPartition

STUCK_AFTER_S = 90.0


class Progress:
    """Remembers positions; lag with a position that stands still for N seconds is not ready."""

    def __init__(self, subscriber: Any, *, stuck_after_s: float = STUCK_AFTER_S) -> None:
        self._subscriber = subscriber
        self._stuck_after_s = stuck_after_s
        self._seen: dict[TopicPartition, tuple[int, float]] = {}

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

    async def check(self) -> str | None:
        """None when all is well, else one sentence."""
        if gone := self.gone():
            return gone
        consumer = self._subscriber.consumer
        moment = time.monotonic()
        for partition in consumer.assignment():
            position = await consumer.position(partition)
            if (consumer.highwater(partition) or 0) <= position:
                self._seen.pop(partition, None)
                continue
            last, since = self._seen.get(partition, (-1, moment))
            if position != last:
                self._seen[partition] = (position, moment)
            elif moment - since > self._stuck_after_s:
                return f"{partition.topic}/{partition.partition} stands still at {position}"
        return None
