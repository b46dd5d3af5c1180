"""`make run`: start, feed, watch, and stay or end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from localstack.errors import StackError
from localstack.logs import explanation
from localstack.stack.live_view import LiveView
from localstack.stack.orders import Orders
from localstack.stack.parts import SERVICES
from localstack.stack.samples import publish, read_samples
from localstack.stack.stack import Stack, running
from localstack.stack.view import PlainView, View
from localstack.stack.watch import watching
from localstack.waiting import until


@dataclass(frozen=True)
class Options:
    """What the command line decides."""

    data: Path
    selections: Path
    feed: bool
    exit: bool
    timeout_s: float


async def run(options: Options) -> int:
    """The exit code: 0 when it ended as asked, 1 when samples did not arrive (with `exit`)."""
    view: View = LiveView() if sys.stdout.isatty() else PlainView()
    try:
        async with running(options.data, view) as stack:
            code = await _feed_and_watch(stack, options, view)
            view.note("ending everything" if code == 0 else "ending everything after the failure")
            return code
    except StackError as error:
        view.failure(str(error))
        return error.exit_code
    except asyncio.CancelledError:
        view.note("everything has ended")
        raise
    finally:
        view.close()


async def _feed_and_watch(stack: Stack, options: Options, view: View) -> int:
    orders = Orders()
    async with watching(stack.servers.kafka, orders, view.order):
        code = 0
        if options.feed:
            code = await _feed(stack, options, orders, view)
        if not options.exit:
            _tell_addresses(stack, view)
            await asyncio.Event().wait()
    return code


async def _feed(stack: Stack, options: Options, orders: Orders, view: View) -> int:
    samples = read_samples(options.selections, stack.demo)
    orders.expect(samples)
    written = _written(stack.logs)
    await publish(samples, stack.demo, stack.servers.kafka)
    view.note(f"published {len(samples)} selections")

    async def settled() -> bool:
        return not orders.undelivered() or orders.stuck()

    try:
        async with asyncio.timeout(options.timeout_s):
            await until(settled)
    except TimeoutError:
        view.note(f"giving up after {options.timeout_s:.0f} s")
    if missing := orders.undelivered():
        view.failure(_why(missing, written))
        return 1
    view.note(f"all {len(samples)} sample selections are delivered")
    return 0


def _written(logs: Path) -> dict[Path, int]:
    """How far each service has logged: what it said while it started explains nothing later."""
    paths = [logs / f"{name}.log" for name in SERVICES]
    return {path: path.stat().st_size for path in paths}


def _why(missing: Sequence[str], written: dict[Path, int]) -> str:
    """What is missing, and what services had trouble since; who spoke last comes first."""
    text = [f"{len(missing)} sample selections were not delivered:", *(f"  {m}" for m in missing)]
    for log in sorted(written, key=lambda path: path.stat().st_mtime, reverse=True):
        said = explanation(log, written[log]).splitlines()
        lines = [line for line in said if _is_trouble(line)]
        if lines:
            text += [f"{log.stem} says ({log}):", *(f"    {line}" for line in lines)]
    return "\n".join(text)


def _is_trouble(line: str) -> bool:
    return line.startswith(("error ", "warning ", "critical ", "Traceback"))


def _tell_addresses(stack: Stack, view: View) -> None:
    view.note("")
    for name, url in stack.at.services.items():
        view.note(f"{name:<16} {url}/docs")
    view.note(f"{'simulated stores':<16} {stack.at.simulator}")
    view.note(f"{'mail inbox':<16} {stack.at.inbox}/")
    view.note(f"everything is told in {stack.logs.parent / 'run.json'}; Ctrl-C ends it")
