"""How long to wait before another try: full jitter, so that what failed together comes apart."""

import random
from datetime import datetime, timedelta

from giftstream.clock import now

from order_placement.placing.limits import Limits

_MOST_DOUBLINGS = 16


def pause_s(limits: Limits, failures: int) -> float:
    """Anything from nothing to twice as much as the last time, up to the longest pause."""
    longest = limits.shortest_pause_s * 2 ** min(failures + 1, _MOST_DOUBLINGS)
    return random.uniform(0, min(longest, limits.longest_pause_s))


def from_now(seconds: float) -> datetime:
    """A due time."""
    return now() + timedelta(seconds=seconds)
