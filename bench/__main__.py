"""`make bench`: measure, print, and keep the figures in bench/results."""

import argparse
import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from localstack.testing import servers_for_tests

from bench import beside, intake
from bench.report import Row, write

WHAT = ("intake", "beside")


async def run(wanted: list[str], selections: int) -> list[Row]:
    """All measurements, one after the other: two cores are no place for several at once."""
    rows: list[Row] = []
    async with servers_for_tests() as servers:
        if "intake" in wanted:
            rows.append(await intake.measure(servers, selections))
        if "beside" in wanted:
            rows += await beside.measure(servers)
    return rows


def main() -> None:
    """Measure and write the file."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--selections", type=int, default=20_000, help="of intake")
    parser.add_argument("--only", choices=WHAT, help="one of the measurements")
    asked = parser.parse_args()
    wanted = [asked.only] if asked.only else list(WHAT)
    rows = asyncio.run(run(wanted, asked.selections))
    for row in rows:
        sys.stdout.write(
            f"{row.name}: {row.ours:g} of {row.limit:g} {row.unit}, ratio {row.ratio:g}\n"
        )
    sys.stdout.write(f"written to {write(rows)}\n")


if __name__ == "__main__":
    main()
