"""Everything that runs: started in order, ended in the opposite one."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from localstack.locking import locked
from localstack.ports import Ports
from localstack.servers import Servers, servers
from localstack.stack import parts
from localstack.stack.caught_up import caught_up
from localstack.stack.demo import Demo, DemoSetUp
from localstack.stack.keys import Keys, keys_of
from localstack.stack.parts import Addresses, Part
from localstack.stack.run_file import RunFile
from localstack.stack.supervision import Supervised, Supervision
from localstack.stack.topics import apply_topics
from localstack.stack.view import View
from localstack.waiting import together


@dataclass(frozen=True)
class Stack:
    """A stack that is ready."""

    servers: Servers
    at: Addresses
    keys: Keys
    demo: Demo
    logs: Path


@asynccontextmanager
async def running(data: Path, view: View) -> AsyncIterator[Stack]:
    """Servers, topics, the outside world, services, demo, run.json; ended in reverse, the outside
    world and the servers at once.

    StackError when something does not come up; AlreadyRunning when the data is in use.
    """
    async with AsyncExitStack() as ending:
        lock = await ending.enter_async_context(locked(data / "stack.lock"))
        _put_logs_aside(data / "logs")
        run_file = RunFile(data)
        run_file.remove()
        ports = Ports(data, view.note)
        at, keys = parts.addresses(ports), keys_of(data)
        leaving: list[asyncio.Task[None]] = []
        ending.push_async_callback(_left, leaving)
        started = await ending.enter_async_context(_servers(data, view))

        outside = parts.outside(at, data, [lock])
        environment = parts.service_environment(at, started.kafka, started.mongo, keys)
        inside = parts.services(at, data, environment, [lock])
        # Nobody needs these once the services have left: they end while the servers do.
        ending.callback(lambda: leaving.append(asyncio.create_task(_stop(outside, view))))
        await together(
            _start(outside, view), apply_topics(started.kafka, data / "logs" / "topics.log")
        )
        ending.push_async_callback(_stop, inside, view)
        await _start(inside, view)
        demo = await DemoSetUp(at, keys.admin_key, data).run()

        if not await caught_up(started.kafka, "order-placement"):
            view.note("order-placement has not read all of the demo's set-up yet")

        run_file.fill(started, at, keys, demo)
        ending.callback(run_file.remove)
        await ending.enter_async_context(_supervised(started, [*outside, *inside], run_file, view))
        yield Stack(started, at, keys, demo, data / "logs")


def _put_logs_aside(logs: Path) -> None:
    """The logs of the run before are kept, those of earlier ones are not: they would only grow."""
    before = logs.with_name("logs-before")
    if logs.exists():
        shutil.rmtree(before, ignore_errors=True)
        logs.rename(before)
    logs.mkdir(parents=True)
    # What our own Kafka clients have to say while a broker is away is nothing for the terminal.
    logging.basicConfig(filename=logs / "launcher.log", level=logging.WARNING, force=True)


@asynccontextmanager
async def _servers(data: Path, view: View) -> AsyncIterator[Servers]:
    for name in ("kafka", "mongod"):
        view.part(name, "starting")
    async with servers(
        data_dir=data, note=view.note, ready=lambda name, at: view.part(name, "ready", at)
    ) as started:
        view.note(started.summary())
        yield started


@asynccontextmanager
async def _supervised(
    started: Servers, programs: Sequence[Part], run_file: RunFile, view: View
) -> AsyncIterator[None]:
    async def changed() -> None:
        own = {part.name: part.process.pid for part in programs}
        run_file.write(started.pids | own)

    await changed()
    watched: dict[str, Supervised] = {**started.handles, **{p.name: p for p in programs}}
    watching = asyncio.create_task(Supervision(view.note, changed).watch(watched))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _start(programs: Sequence[Part], view: View) -> None:
    # A start is a second of one core: more at once than there are cores only delays them all.
    room = asyncio.Semaphore(max(2, os.cpu_count() or 1))

    async def start(part: Part) -> None:
        async with room:
            view.part(part.name, "starting", part.url)
            await part.start()
            view.part(part.name, "ready", part.url)

    await together(*(start(part) for part in programs))


async def _left(leaving: Sequence[asyncio.Task[None]]) -> None:
    await asyncio.gather(*leaving)


async def _stop(programs: Sequence[Part], view: View) -> None:
    await asyncio.gather(*(part.process.stop() for part in programs))
    for part in programs:
        view.part(part.name, "ended")
