"""`make faults SEED=… [SELECTIONS=…]`: a seed, with its plan, its progress and its result."""

import argparse
import asyncio
import logging
import shutil
import sys
import tempfile
import traceback
from pathlib import Path

from faults.lab import Lab, running_lab
from faults.scenario import run

SELECTIONS_A_SECOND = 5
SHORTEST_S = 8.0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def main() -> int:
    asking = argparse.ArgumentParser(prog="make faults", description=__doc__)
    asking.add_argument("--seed", type=int, nargs="+", required=True)
    asking.add_argument("--selections", type=int, default=200)
    asked = asking.parse_args()
    # The brokers go away by plan here: what the client says of each attempt hides the plan.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="giftstream-faults-"))
    say(f"logs and data: {folder}")
    async with running_lab(folder) as lab:
        for seed in asked.seed:
            if not await holds(lab, seed, asked.selections):
                say(f"logs and data stay in {folder}")
                return 1
    shutil.rmtree(folder)
    return 0


async def holds(lab: Lab, seed: int, selections: int) -> bool:
    """Whether everything is as it should be after this seed; else it says what is not."""
    within_s = max(selections / SELECTIONS_A_SECOND, SHORTEST_S)
    try:
        result = await run(lab, seed, selections=selections, within_s=within_s, say=say)
    except (AssertionError, BaseExceptionGroup) as broken:
        say(f"broken: {broken!r}\n{''.join(traceback.format_exception(broken))}")
        return False
    return not result.died


sys.exit(asyncio.run(main()))
