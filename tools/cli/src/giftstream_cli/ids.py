"""Ids that come from the command line and go into an address."""

from collections.abc import Iterator
from contextlib import contextmanager

from giftstream_cli.failures import NotHeld, WrongUse

MAX_LENGTH = 128


def path_id(given: str, what: str) -> str:
    """The id, where it may stand in an address. Raises WrongUse."""
    fine = 0 < len(given) <= MAX_LENGTH and given.isprintable() and not set("/?#%\\") & set(given)
    if not fine or given in (".", ".."):
        raise WrongUse(f"{given!r} is no {what} id: 1–128 printable characters without / ? # %.")
    return given


@contextmanager
def looked_up(remedy: str, problem: str = "not_found") -> Iterator[None]:
    """Whatever is not found inside, the sentence also says where to look; so for other problems."""
    try:
        yield
    except NotHeld as failed:
        if failed.problem != problem:
            raise
        raise NotHeld(f"{failed.sentence} {remedy}", failed.problem) from failed
