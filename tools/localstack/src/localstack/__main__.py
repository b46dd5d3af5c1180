"""`python -m localstack run`, which is `make run`."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from localstack.locking import holder
from localstack.places import DEFAULT_DATA, SAMPLES
from localstack.processes import die_with_parent

if TYPE_CHECKING:
    from localstack.stack.run import Options


def main() -> int:
    """The exit code: 0 done, 1 something asked for did not hold, 3 a server cannot be had."""
    arguments = _parser().parse_args()
    if arguments.command == "idle":
        return _idle(arguments.data.resolve())
    # `make clean` asks for `idle`: that shall not load Kafka's and the terminal's libraries.
    from localstack.stack.run import Options

    if arguments.with_parent:
        die_with_parent(os.getppid())
    options = Options(
        data=arguments.data.resolve(),
        selections=arguments.selections.resolve(),
        feed=not arguments.no_feed,
        exit=arguments.exit,
        timeout_s=arguments.timeout,
    )
    return asyncio.run(_until_signalled(options))


async def _until_signalled(options: Options) -> int:
    """SIGINT, SIGTERM and SIGHUP end it in order; a second one does not cut that short."""
    from localstack.stack.run import run

    running = asyncio.create_task(run(options))
    asked_to_end = False

    def end() -> None:
        nonlocal asked_to_end
        if not asked_to_end:
            asked_to_end = True
            running.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, end)
    try:
        return await running
    except asyncio.CancelledError:
        # `--exit` promised deliveries, and was interrupted before.
        return 1 if options.exit else 0


def _idle(data: Path) -> int:
    holders = [holder(data / name) for name in ("stack.lock", "servers.lock")]
    pids = [pid for pid in holders if pid is not None]
    if not pids:
        return 0
    who = f"process {max(pids)}" if max(pids) else "what an ended launcher left is still ending"
    sys.stderr.write(f"The stack in {data} is running ({who}). End it first.\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m localstack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("run", help="start everything, feed the samples, watch them")
    idle = commands.add_parser("idle", help="succeeds when no stack runs on the data directory")
    for command in (start, idle):
        command.add_argument("--data", type=Path, default=DEFAULT_DATA, help="%(default)s")
    start.add_argument("--exit", action="store_true", help="end when all samples are delivered")
    start.add_argument("--selections", type=Path, default=SAMPLES, help="%(default)s")
    start.add_argument("--no-feed", action="store_true", help="start everything, publish nothing")
    start.add_argument("--timeout", type=float, default=300, help="seconds for the deliveries")
    start.add_argument("--with-parent", action="store_true", help="end when the parent ends")
    return parser


if __name__ == "__main__":
    sys.exit(main())
