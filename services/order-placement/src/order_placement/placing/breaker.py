"""One lane's circuit breaker: a store that does not answer is asked less and less."""

import random
import time

from order_placement.placing.limits import Limits


class Breaker:
    """Closed while the store answers. Open after several calls in a row without an answer; then
    one order at a time tries, after a growing pause."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._failures = 0
        self._closed_until = 0.0

    @property
    def asks_for_patience(self) -> bool:
        """Whether nothing is to be sent now."""
        return time.monotonic() < self._closed_until

    @property
    def half_open(self) -> bool:
        """Whether only one order may try."""
        return self._failures >= self._limits.unreachable_before_break

    def answered(self) -> None:
        """The store did something for us, or said no."""
        self._failures = 0
        self._closed_until = 0.0

    def heard(self) -> None:
        """A call went unanswered, but others do not: it is not the store that is away."""
        self._failures = 0

    def busy(self, pause_s: float) -> None:
        """It asked for a pause. That is an answer, but not one to build on."""
        self._rest(pause_s)

    def unreachable(self) -> None:
        """No answer."""
        self._failures += 1
        beyond = self._failures - self._limits.unreachable_before_break
        if beyond >= 0:
            longest = self._limits.shortest_pause_s * 2.0 ** min(beyond + 1, 16)
            self._rest(random.uniform(0.5, 1.0) * min(longest, self._limits.longest_pause_s))

    def _rest(self, pause_s: float) -> None:
        self._closed_until = max(self._closed_until, time.monotonic() + pause_s)
