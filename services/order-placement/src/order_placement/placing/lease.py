"""How sure a replica is that a lane is still its own."""

import asyncio
import time

from giftstream.clock import now


class Lease:
    """One lane's epoch, and until when it holds: counted from when the renewal was *sent*, by the
    monotonic clock, so that a slow answer or a changed clock only ever makes it shorter."""

    def __init__(self, store_id: str, epoch: int, lease_s: float, sent_at: float) -> None:
        self.store_id = store_id
        self.epoch = epoch
        self.taken_at = now()
        self._lease_s = lease_s
        self._sent_at = sent_at
        self._renewed = asyncio.Event()

    @property
    def left_s(self) -> float:
        """Seconds for which nobody else can have taken the lane."""
        return self._sent_at + self._lease_s - time.monotonic()

    def renewed(self, sent_at: float) -> None:
        """A renewal that was sent at `sent_at` (monotonic) was confirmed."""
        self._sent_at = sent_at
        self._renewed.set()
        self._renewed = asyncio.Event()

    async def covers(self, deadline_s: float, *, wait_s: float) -> bool:
        """Whether it outlasts a call with this deadline; waits for the next renewal if need be."""
        if self.left_s > deadline_s:
            return True
        try:
            async with asyncio.timeout(wait_s):
                await self._renewed.wait()
        except TimeoutError:
            return False
        return self.left_s > deadline_s
