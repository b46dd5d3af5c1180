"""What can go wrong while a local stack starts, named by what the reader should do."""

from __future__ import annotations

from pathlib import Path


class StackError(Exception):
    """The stack cannot go on; the message is for people."""

    exit_code = 1

    def __init__(self, message: str, *, log: Path | None = None, last: str = "") -> None:
        super().__init__(message)
        self.log = log
        self.last = last

    def __str__(self) -> str:
        """The message, then the lines of the log that explain it."""
        text = super().__str__()
        if self.last:
            text += "\n" + "\n".join(f"    {line}" for line in self.last.splitlines())
        if self.log:
            text += f"\n  The whole log: {self.log}"
        return text


class ServerUnavailable(StackError):
    """No Kafka or MongoDB can be had here; the message names what to install or set."""

    exit_code = 3


class AlreadyRunning(StackError):
    """Another launcher uses this data directory."""

    exit_code = 2
