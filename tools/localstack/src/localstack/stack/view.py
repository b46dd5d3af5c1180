"""What the person at the terminal sees."""

from __future__ import annotations

import sys
import time
from typing import Protocol, TextIO

from localstack.stack.orders import Order

WORTH_A_LINE = frozenset({"delivered", "refused", "on_hold", "pending_review", "rejected"})


class View(Protocol):
    """Told of everything that happens; decides what to show."""

    def part(self, name: str, state: str, where: str = "") -> None:
        """A program is `starting`, `ready` or `ended`."""

    def note(self, text: str) -> None:
        """A sentence."""

    def order(self, order: Order) -> None:
        """An order has another status."""

    def failure(self, text: str) -> None:
        """Why it does not go on, with the lines of a log."""

    def close(self) -> None:
        """The last call."""


class PlainView:
    """Lines, for pipes and logs: no colours, nothing overwritten."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._began = time.monotonic()

    def part(self, name: str, state: str, where: str = "") -> None:
        """Only what is ready is worth a line."""
        if state == "ready":
            self._line(f"{name} ready after {time.monotonic() - self._began:.1f} s  {where}")

    def note(self, text: str) -> None:
        """As it is."""
        self._line(text)

    def order(self, order: Order) -> None:
        """One line for an order that has arrived, or that waits for a person."""
        if order.status in WORTH_A_LINE:
            self._line(described(order))

    def failure(self, text: str) -> None:
        """As it is."""
        self._line(text)

    def close(self) -> None:
        """Nothing is open."""

    def _line(self, text: str) -> None:
        self._out.write(text.rstrip() + "\n")
        self._out.flush()


def described(order: Order) -> str:
    """`delivered  Ana García  #1001  sel-ana-3f  3.2 s`."""
    reasons = f"  {', '.join(order.reasons)}" if order.reasons else ""
    number = f"  {order.number}" if order.number else ""
    who = order.recipient or "(not a sample)"
    return f"{order.status:<10} {who}{number}  {order.selection_id}  {order.seconds:.1f} s{reasons}"
