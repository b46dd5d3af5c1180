"""What people and programs see: answers on stdout, progress and remarks on stderr.

Everything that came from outside passes `safe`, so that no record or store can steer a terminal.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

UNCUT = 2000


def safe(value: object) -> str:
    """As text on one line; whatever a terminal might obey is shown as its escape."""
    text = "" if value is None else str(value)
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def say(sentence: str) -> None:
    """A remark on stderr."""
    Console(stderr=True, highlight=False).print(Text(safe(sentence)), soft_wrap=True)


def print_json(document: Any) -> None:
    """The one JSON document of a command, on stdout."""
    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2, default=str).decode())
    sys.stdout.write("\n")
    sys.stdout.flush()


def print_lines(lines: Sequence[str]) -> None:
    """Plain lines on stdout."""
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def print_fields(fields: Mapping[str, object]) -> None:
    """Names and values, one a line; what is None is left out."""
    shown = {name: value for name, value in fields.items() if value is not None}
    width = max((len(name) for name in shown), default=0)
    print_lines([f"{name:<{width}}  {safe(value)}" for name, value in shown.items()])


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on a terminal; aligned, uncut text everywhere else, so that grep and awk work."""
    if sys.stdout.isatty():
        table = Table(*columns, box=None, pad_edge=False)
        for row in rows:
            table.add_row(*(Text(safe(cell)) for cell in row))
        # An id that is cut cannot be copied: the terminal breaks what is too long for it.
        Console(width=UNCUT).print(table, crop=False)
        return
    lines = [[column.upper() for column in columns], *([safe(c) for c in row] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    print_lines(
        [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        ]
    )


def progress_bar() -> Progress:
    """A bar on stderr; nothing at all where stderr is no terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
