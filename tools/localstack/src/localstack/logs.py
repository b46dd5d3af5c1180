"""The lines of a log that explain a failure."""

from __future__ import annotations

import json
import re
from pathlib import Path

TAIL_BYTES = 64 * 1024
LINES = 12
LINE_WIDTH = 300

_BAD = re.compile(r"error|fatal|exception|critical|traceback|refused|in use|cannot", re.IGNORECASE)
_BAD_SEVERITY = re.compile(r'"s":"[EF]"')  # mongod


def explanation(log: Path, start: int = 0) -> str:
    """The last lines from the last error on, or simply the last lines; at most twelve."""
    lines = tail(log, start)
    errors = [number for number, line in enumerate(lines) if _explains(line)]
    first = max(0, len(lines) - LINES)
    if errors and errors[-1] < first:
        # The end of the log says how it went down; the reason stands further up.
        return "\n".join([*lines[errors[-1] : errors[-1] + LINES // 2], *lines[-LINES // 2 :]])
    return "\n".join(lines[first:])


def tail(log: Path, start: int = 0) -> list[str]:
    """The last lines written since `start`, each made readable and cut to a sane width."""
    if not log.exists():
        return []
    with log.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(start, size - TAIL_BYTES))
        text = file.read().decode(errors="replace")
    return [_readable(line)[:LINE_WIDTH] for line in text.splitlines() if line.strip()]


def _explains(line: str) -> bool:
    return bool(_BAD.search(line) or _BAD_SEVERITY.search(line))


def _readable(line: str) -> str:
    """mongod logs JSON with the sentence in `msg` and the reason in `attr`."""
    if not line.startswith('{"t":'):
        return line
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    attributes = json.dumps(entry.get("attr", {}))
    return f"{entry.get('s', '')} {entry.get('msg', '')} {attributes}"
