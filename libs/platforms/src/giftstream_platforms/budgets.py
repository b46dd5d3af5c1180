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

    async def take(self, cost: float, *, deadline_s: float) -> None:
        """Wait until `cost` points are there. Raises StoreBusy when that would take too long."""
        until = time.monotonic() + deadline_s
        while True:
            self._refill()
            if self._points >= min(cost, self._maximum):
                self._points -= cost
                return
            wait_s = (min(cost, self._maximum) - self._points) / self._rate
            if time.monotonic() + wait_s > until:
                raise StoreBusy("our share of the store's rate is used up", retry_after_s=wait_s)
            await asyncio.sleep(wait_s)

    def feed(self, *, maximum: float, available: float, rate: float) -> None:
        """The store's own account after a call. It may have less than we think: others call too."""
        self._refill()
        self._maximum = maximum * self._share
        self._rate = max(rate * self._share, 0.1)
        self._points = min(self._points, available, self._maximum)

    def spent(self) -> None:
        """The store throttled us: nothing is left."""
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
