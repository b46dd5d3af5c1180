"""When Python looks for cyclic garbage. Measured: its defaults cost intake a third of its time."""

import gc

# A batch makes some ten thousand containers, hardly any of them in cycles; the default of 700
# looks through them dozens of times.
NEW_CONTAINERS = 50_000


def look_for_garbage_seldom() -> None:
    """What exists at the start stays for good; of the rest, only many new things are looked at."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_CONTAINERS, 20, 20)
