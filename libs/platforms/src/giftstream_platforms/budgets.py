"""A share of a store's rate limit, in the store's own points, corrected by what the store says."""

import asyncio
import time

from giftstream_platforms.failures import StoreBusy

# Before the first answer the smallest plan is assumed; the store's answers raise it.
FIRST_MAXIMUM = 1000.0
FIRST_RATE = 50.0


class Budget:
    """A token bucket of one store for one service. `share` is between 0 and 1."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._maximum = FIRST_MAXIMUM * share
        self._rate = FIRST_RATE * share
        self._points = self._maximum
        self._at = time.monotonic()
        self._turn = asyncio.Lock()

    async def take(self, cost: float, *, deadline_s: float) -> None:
        """Wait until `cost` points are there; who asked first is served first, so that small calls
        do not keep a large one waiting. Raises StoreBusy when it would take too long."""
        until = time.monotonic() + deadline_s
        try:
            async with asyncio.timeout(deadline_s):
                await self._turn.acquire()
        except TimeoutError as error:
            raise self._used_up(cost) from error
        try:
            while (wait_s := self._wait_s(cost)) > 0:
                if time.monotonic() + wait_s > until:
                    raise self._used_up(cost)
                await asyncio.sleep(wait_s)
            self._points -= cost
        finally:
            self._turn.release()

    def _wait_s(self, cost: float) -> float:
        self._refill()
        return max(min(cost, self._maximum) - self._points, 0.0) / self._rate

    def _used_up(self, cost: float) -> StoreBusy:
        detail = "our share of the store's rate is used up"
        return StoreBusy(detail, retry_after_s=self._wait_s(cost))

    def feed(self, *, maximum: float, available: float, rate: float) -> None:
        """The store's own account after a call. It may have less than we think: others call too."""
        self._refill()
        self._maximum = maximum * self._share
        self._rate = max(rate * self._share, 0.1)
        self._points = min(self._points, available, self._maximum)

    def spent(self) -> None:
        """The store throttled us and did not say what is left: nothing."""
        self._refill()
        self._points = min(self._points, 0.0)

    def give_back(self, points: float) -> None:
        """A call cost less than was asked for it."""
        self._points = min(self._points + points, self._maximum)

    def _refill(self) -> None:
        moment = time.monotonic()
        self._points = min(self._maximum, self._points + (moment - self._at) * self._rate)
        self._at = moment


class Budgets:
    """The budgets of all stores that this service calls."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._of: dict[str, Budget] = {}

    def of(self, store_id: str) -> Budget:
        """The one budget of a store."""
        return self._of.setdefault(store_id, Budget(self._share))
