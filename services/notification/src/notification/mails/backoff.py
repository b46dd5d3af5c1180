"""How long a message waits before it is tried again."""

import random
from datetime import timedelta

MOST_S = 900.0


def pause_after(attempts: int, first_s: float) -> timedelta:
    """Doubles with each attempt up to 15 minutes; between half and all of it, by chance."""
    longest = min(MOST_S, first_s * 2 ** min(attempts, 30))
    return timedelta(seconds=longest * random.uniform(0.5, 1.0))
