"""The lines of a log that explain a failure."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

TAIL_BYTES = 64 * 1024
LINES = 12
LINE_WIDTH = 400
FRAMES = 4

_BAD = re.compile(r"error|fatal|exception|critical|traceback|refused|in use|cannot", re.IGNORECASE)
_NOT_TOLD = frozenset({"event", "level", "at", "service", "frames"})
_BAD_SEVERITY = re.compile(r"^[EF] ")  # mongod


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
    lines = [_readable(line)[:LINE_WIDTH] for line in text.splitlines() if line.strip()]
    return _collapsed(lines)


def _explains(line: str) -> bool:
    return bool(_BAD.search(line) or _BAD_SEVERITY.search(line))


def _readable(line: str) -> str:
    """mongod and our services log JSON: the sentence first, then what explains it."""
    if not line.startswith("{"):
        return line
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    if "event" in entry:
        return _ours(entry)
    return f"{entry.get('s', '')} {entry.get('msg', '')} {json.dumps(entry.get('attr', {}))}"


def _ours(entry: dict[str, Any]) -> str:
    frames = entry.get("frames") or []
    said = [f"{name}={value}" for name, value in entry.items() if name not in _NOT_TOLD]
    where = [f"in {' < '.join(reversed(frames[-FRAMES:]))}"] if frames else []
    return " ".join([str(entry.get("level")), str(entry["event"]), *said, *where])


def _collapsed(lines: list[str]) -> list[str]:
    """The same line again and again counts once."""
    return [
        line if count == 1 else f"{line} ({count} times)"
        for line, group in itertools.groupby(lines)
        if (count := len(list(group)))
    ]
