"""Before partitions go to another member, the running batch gets a while to end."""

import asyncio

from aiokafka import ConsumerRebalanceListener, TopicPartition

REVOKE_WAIT_S = 20.0


class WaitForBatch(ConsumerRebalanceListener):  # type: ignore[misc]  # untyped upstream
    """Awaits the running batch at a revoke: most repeats at a rebalance never happen.

    Those that remain find their effects there: only the write decides.
    """

    def __init__(self) -> None:
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def busy(self) -> bool:
        """Whether a batch is under way."""
        return not self._idle.is_set()

    def __enter__(self) -> None:
        self._idle.clear()

    def __exit__(self, *_: object) -> None:
        self._idle.set()

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:  # noqa: ARG002
        """Wait for the batch, but not for ever: the group waits for us."""
        try:
            async with asyncio.timeout(REVOKE_WAIT_S):
                await self._idle.wait()
        except TimeoutError:
            return

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Nothing to do: positions come from the group."""
