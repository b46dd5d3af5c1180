"""Free ports, chosen once for a data directory and kept there."""

from __future__ import annotations

import json
import os
import random
import socket
from collections.abc import Callable
from pathlib import Path

from localstack.errors import StackError
from localstack.places import write_atomically

# Below the range from which the kernel takes ports for outgoing connections: a client that keeps
# trying a stopped server on a port of that range may be given the port itself, and then the
# server cannot come back.
LOWEST, HIGHEST = 20_000, 31_999
TRIES = 200
SHARE = "GIFTSTREAM_PORTS_SHARE"
"""`number/of`: who starts several stacks at once gives each its part of the range."""


class Ports:
    """The ports of one data directory, by name."""

    def __init__(self, data_dir: Path, note: Callable[[str], None] = lambda _: None) -> None:
        self._file = data_dir / "ports.json"
        self._note = note
        self._kept: dict[str, int] = (
            json.loads(self._file.read_text()) if self._file.exists() else {}
        )

    def get(self, name: str) -> int:
        """The kept port, or another one when somebody else listens there; the change is told."""
        kept = self._kept.get(name)
        if kept is not None and is_free(kept):
            return kept
        port = self._choose()
        if kept is not None:
            self._note(f"port {kept} of {name} is taken by another program; using {port}")
        self._kept[name] = port
        write_atomically(self._file, json.dumps(self._kept, indent=1), mode=0o644)
        return port

    def _choose(self) -> int:
        lowest, highest = share(os.environ.get(SHARE, "0/1"))
        for _ in range(TRIES):
            port = random.randint(lowest, highest)
            if port not in self._kept.values() and is_free(port):
                return port
        raise StackError(f"no free port between {lowest} and {highest} found")


def share(said: str) -> tuple[int, int]:
    """The lowest and the highest port of one of several equal parts of the range."""
    number, of = (int(one) for one in said.split("/"))
    size = (HIGHEST - LOWEST + 1) // of
    return LOWEST + number * size, LOWEST + (number + 1) * size - 1


def is_free(port: int) -> bool:
    """Nobody listens on this port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
