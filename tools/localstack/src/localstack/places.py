"""Where things lie on disk."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
"""The checkout: members are installed editable, so that the sources say where it is."""

DEFAULT_DATA = ROOT / ".giftstream"
SAMPLES = ROOT / "examples" / "selections.jsonl"


def cache_dir() -> Path:
    """Downloads shared by all stacks of this checkout; GIFTSTREAM_CACHE names another place."""
    return Path(os.environ.get("GIFTSTREAM_CACHE") or DEFAULT_DATA / "kafka").resolve()


def write_atomically(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace a small file in one step: a reader sees the old or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
