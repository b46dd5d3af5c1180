"""When Python looks for cyclic garbage. Measured: its defaults cost intake a third of its time, and
the start of a service a fifth."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# A batch makes some ten thousand containers, hardly any of them in cycles; the default of 700
# looks through them dozens of times.
NEW_CONTAINERS = 50_000


def look_for_none_yet() -> None:
    """While everything is imported: hardly any of it is garbage."""
    gc.disable()


def look_for_garbage_seldom() -> None:
    """What exists at the start stays for good; of the rest, only many new things are looked at."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_CONTAINERS, 20, 20)


@contextmanager
def look_for_none_meanwhile() -> Iterator[None]:
    """While a batch is delivered: all that it makes is in use, and gone with it at the end."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
