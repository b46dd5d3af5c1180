"""How long to wait before another try: full jitter, so that what failed together comes apart."""

import random
from datetime import datetime, timedelta

from giftstream.clock import now

from order_placement.placing.gift_order import GiftOrder
from order_placement.placing.limits import Limits

_MOST_DOUBLINGS = 16


def pause_s(limits: Limits, failures: int) -> float:
    """Anything from nothing to twice as much as the last time, up to the longest pause."""
    longest = limits.shortest_pause_s * 2 ** min(failures + 1, _MOST_DOUBLINGS)
    return random.uniform(0, min(longest, limits.longest_pause_s))


def hurried_pause_s(limits: Limits, order: GiftOrder) -> float:
    """While people may still be waiting for the outcome it is tried often: a store that is away
    or throttles is spared by its lane, not by each order. Later, ever less often."""
    pause = pause_s(limits, order.failures)
    since = order.unknown_since
    if since is None or (now() - since).total_seconds() < limits.hurry_s:
        return min(pause, random.uniform(0.5, 1.0) * limits.hurried_pause_s)
    return pause


def from_now(seconds: float) -> datetime:
    """A due time."""
    return now() + timedelta(seconds=seconds)
