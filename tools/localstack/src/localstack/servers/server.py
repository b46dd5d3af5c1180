"""A server that this machine runs for us: what Kafka and MongoDB have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Server(Protocol):
    """A handle: tests end and start servers in mid-stream, on the same ports and data."""

    @property
    def address(self) -> str:
        """What clients connect to."""

    @property
    def pid(self) -> int:
        """Of the running process, or of the last one."""

    @property
    def log(self) -> Path:
        """Where it logs."""

    async def start(self) -> None:
        """Start it and return once it is ready, not merely listening."""

    async def stop(self) -> None:
        """End it with SIGTERM."""

    async def kill(self) -> None:
        """End it with SIGKILL."""

    async def wait(self) -> int:
        """The exit code, once it has ended."""

    def pause(self) -> None:
        """SIGSTOP: connections stay open, nothing answers."""

    def resume(self) -> None:
        """SIGCONT."""
