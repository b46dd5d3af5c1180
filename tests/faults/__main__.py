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
from faults.plans import BadPlan, read, written
from faults.scenario import run
from faults.schedule import Fault, plan

SELECTIONS_A_SECOND = 5
SHORTEST_S = 8.0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def asked() -> argparse.Namespace:
    asking = argparse.ArgumentParser(prog="make faults", description=__doc__)
    asking.add_argument("--seed", type=int, nargs="+", help="draws selections, deeds and faults")
    asking.add_argument("--selections", type=int, default=200)
    asking.add_argument("--plan", type=Path, metavar="FILE", help="these faults, not the seed's")
    asking.add_argument("--show", action="store_true", help="print the seed's plan, run nothing")
    given = asking.parse_args()
    if not given.seed:
        if given.plan is None:
            asking.error("say which seed: `make faults SEED=7`, or a plan: `make faults PLAN=FILE`")
        given.seed = [1]
    if given.selections < 1:
        asking.error("--selections: 1 or more")
    return given


async def main() -> int:
    given = asked()
    if given.show:
        within_s = time_for(given.selections)
        say("\n".join(written(plan(seed, within_s)) for seed in given.seed))
        return 0
    try:
        faults = read(given.plan) if given.plan else None
    except BadPlan as bad:
        say(str(bad))
        return 2
    # The brokers go away by plan here: what the client says of each attempt hides the plan.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="giftstream-faults-"))
    say(f"logs and data: {folder}")
    async with running_lab(folder) as lab:
        for seed in given.seed:
            if not await holds(lab, seed, given.selections, faults):
                say(f"logs and data stay in {folder}")
                return 1
    shutil.rmtree(folder)
    return 0


def time_for(selections: int) -> float:
    return max(selections / SELECTIONS_A_SECOND, SHORTEST_S)


async def holds(lab: Lab, seed: int, selections: int, faults: list[Fault] | None) -> bool:
    """Whether everything is as it should be afterwards; else it says what is not."""
    within_s = time_for(selections)
    try:
        result = await run(
            lab, seed, selections=selections, within_s=within_s, faults=faults, say=say
        )
    except (AssertionError, BaseExceptionGroup) as broken:
        say(f"broken: {broken!r}\n{''.join(traceback.format_exception(broken))}")
        return False
    return not result.died


sys.exit(asyncio.run(main()))
