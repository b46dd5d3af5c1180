"""Where the figures go: bench/results/<time>.json, one file a run."""

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True)
class Row:
    """One measurement: ours beside the limit that was measured in the same run."""

    name: str
    ours: float
    limit: float
    unit: str

    @property
    def ratio(self) -> float:
        """Ours divided by the limit: 1.0 would be free of charge."""
        return round(self.ours / self.limit, 3)


def write(rows: list[Row]) -> Path:
    """Write the run's file and return where."""
    body = {
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}",
        "commit": _commit(),
        "rows": [{**asdict(row), "ratio": row.ratio} for row in rows],
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(body, indent=2) + "\n")
    return path


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        cwd=RESULTS.parent,
    )
    return found.stdout.strip() or "unknown"
