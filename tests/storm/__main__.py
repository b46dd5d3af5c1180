"""`make storm`: many stores, each call in danger of every fault; then the books are checked."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from localstack.servers import servers
from storm.storm import SETTLES_WITHIN_S, SHORT, Asked, storm
from support.stack import running_stack


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def asked() -> Asked:
    asking = argparse.ArgumentParser(prog="make storm", description=__doc__)
    asking.add_argument("--selections", type=int, default=Asked.selections)
    asking.add_argument("--stores", type=int, default=Asked.stores)
    asking.add_argument("--chance", type=float, default=Asked.chance, help="of each fault, a call")
    asking.add_argument("--within", type=float, default=Asked.within_s, help="seconds, at most")
    given = asking.parse_args()
    return Asked(given.selections, given.stores, given.chance, given.within)


async def main() -> int:
    wanted = asked()
    folder = Path(tempfile.mkdtemp(prefix="giftstream-storm-"))
    say(f"logs and data: {folder}")
    async with (
        servers(data_dir=folder / "servers") as running,
        running_stack(running, folder / "stack", **SHORT) as stack,
    ):
        try:
            result = await storm(stack, wanted, say)
        except AssertionError as broken:
            say(f"broken: {broken}\nlogs and data stay in {folder}")
            return 1
    late = result.longest_s > SETTLES_WITHIN_S
    if late:
        say(f"an outcome was unknown for too long; logs and data stay in {folder}")
    else:
        shutil.rmtree(folder)
    return int(late)


sys.exit(asyncio.run(main()))
