"""One launcher per data directory."""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from localstack.errors import AlreadyRunning

ENDING_S = 30.0
"""How long the children of a killed launcher may take to end before a new one gives up."""


@asynccontextmanager
async def locked(
    path: Path, *, wait_s: float = ENDING_S, refuse_living: bool = True
) -> AsyncIterator[int]:
    """Hold the lock file and yield its descriptor.

    Children inherit the descriptor, so that the lock outlives a killed launcher until its last
    child has ended. AlreadyRunning when it is held for longer than `wait_s`, or at once when its
    holder lives and `refuse_living`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        await _acquire(descriptor, path, time.monotonic() + wait_s, refuse_living)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder(path: Path) -> int | None:
    """The process that holds the lock file, None when nobody does; 0 when it has died already."""
    if not path.exists():
        return None
    with path.open("r+") as file:
        if _take(file.fileno()):
            return None
        pid = int(file.read().strip() or "0")
        return pid if _lives(pid) else 0


async def _acquire(descriptor: int, path: Path, until: float, refuse_living: bool) -> None:
    while not _take(descriptor):
        pid = int(os.pread(descriptor, 20, 0).strip() or b"0")
        if refuse_living and _lives(pid):
            raise AlreadyRunning(f"{path.parent} is in use by process {pid}; end that one first")
        if time.monotonic() > until:
            raise AlreadyRunning(f"processes of an earlier run still use {path.parent}")
        await asyncio.sleep(0.1)


def _lives(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
