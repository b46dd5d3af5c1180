"""The view of a real terminal: two tables that are drawn again as things move."""

from __future__ import annotations

import time
from collections import deque

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from localstack.stack.orders import Order

STYLES = {
    "starting": "yellow",
    "ready": "green",
    "ended": "red",
    "delivered": "bold green",
    "refused": "bold red",
    "rejected": "red",
    "cancelled": "red",
    "on_hold": "bold yellow",
    "pending_review": "yellow",
}
SHOWN = 20
NOTES = 8


class LiveView:
    """Parts above, the newest orders below."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._began = time.monotonic()
        self._parts: dict[str, tuple[str, str, float]] = {}
        self._orders: dict[str, Order] = {}
        self._notes: deque[str] = deque(maxlen=NOTES)
        self._live = Live(get_renderable=self._drawn, console=self._console, refresh_per_second=8)
        self._live.start()

    def part(self, name: str, state: str, where: str = "") -> None:
        """Its row changes."""
        known = self._parts.get(name, ("", "", 0.0))
        self._parts[name] = (state, where or known[1], time.monotonic() - self._began)

    def note(self, text: str) -> None:
        """The last few are shown below the tables."""
        self._notes.append(text)

    def order(self, order: Order) -> None:
        """Its row changes; the oldest leave the table."""
        self._orders[order.order_id] = order
        while len(self._orders) > SHOWN:
            self._orders.pop(next(iter(self._orders)))

    def failure(self, text: str) -> None:
        """Printed above the tables, to stay."""
        self._console.print(Text(text, style="bold red"))

    def close(self) -> None:
        """Leave the last picture on the screen."""
        self._live.stop()

    def _drawn(self) -> RenderableType:
        drawn: list[RenderableType] = [self._drawn_parts()]
        if self._orders:
            drawn.append(self._drawn_orders())
        return Group(*drawn, *(Text(note) for note in self._notes))

    def _drawn_parts(self) -> Table:
        table = Table("", "", "s", "", box=None, pad_edge=False, show_header=False)
        for name, (state, where, seconds) in self._parts.items():
            style = STYLES.get(state, "")
            table.add_row(name, f"[{style}]{state}[/]", f"{seconds:.1f} s", escape(where))
        return table

    def _drawn_orders(self) -> Table:
        table = Table("for", "order", "status", "selection", "s", box=None, pad_edge=False)
        for order in self._orders.values():
            style = STYLES.get(order.status, "cyan")
            status = " ".join([order.status, *order.reasons])
            table.add_row(
                escape(order.recipient or "(not a sample)"),
                escape(order.number),
                f"[{style}]{escape(status)}[/]",
                escape(order.selection_id),
                f"{order.seconds:.1f}",
            )
        return table
