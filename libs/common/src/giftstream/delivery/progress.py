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

    async def check(self) -> str | None:
        """None when all is well, else one sentence."""
        if not self._subscriber.tasks or any(task.done() for task in self._subscriber.tasks):
            return "the consumer is not running"
        consumer = self._subscriber.consumer
        if consumer is None:
            return "the consumer is not connected"
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
