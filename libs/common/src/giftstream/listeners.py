"""HTTP listeners: one or two servers in one event loop, ended together by a signal."""

import asyncio
import os
import signal
import socket
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import uvicorn

from giftstream.failures import NotStarted

IDLE_CONNECTION_S = 10
DRAIN_S = 10
LEAVE_AFTER_S = 40
BACKLOG = 2048


@dataclass(frozen=True, slots=True)
class Listener:
    """An ASGI application and where it listens."""

    app: Any
    host: str
    port: int

    def config(self) -> uvicorn.Config:
        """How it is served: bounded headers, no server banner, no access log."""
        return uvicorn.Config(
            self.app,
            loop="uvloop",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            timeout_keep_alive=IDLE_CONNECTION_S,
            timeout_graceful_shutdown=DRAIN_S,
            h11_max_incomplete_event_size=16 * 1024,
            backlog=BACKLOG,
        )

    def bound(self) -> socket.socket:
        """Its socket, which does not listen yet. NotStarted where somebody else has the port."""
        bound = socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((self.host, self.port))
        except OSError as error:
            bound.close()
            at = f"{self.host}:{self.port}"
            raise NotStarted(f"It cannot listen on {at}: {error.strerror or error}.") from None
        return bound


class _Server(uvicorn.Server):
    # Signals are handled once for all servers, see `_serve`.
    def capture_signals(self) -> Any:
        return _NoSignals()


class _NoSignals:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def serve(listeners: Sequence[Listener], running: AbstractAsyncContextManager[None]) -> None:
    """Serve all, while `running`, until SIGTERM or SIGINT. Raises what its start raises, and
    NotStarted for a port that cannot be had."""
    factory = listeners[0].config().get_loop_factory()
    with asyncio.Runner(loop_factory=factory) as run:
        run.run(_serve(listeners, running))


async def _serve(listeners: Sequence[Listener], running: AbstractAsyncContextManager[None]) -> None:
    # In the order in which they end: the outside first, so that nothing new comes in meanwhile.
    servers = {one: _Server(one.config()) for one in reversed(listeners)}
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for server in servers.values():
            server.should_exit = True
        # With Kafka away its clients wait for ever to say goodbye. All state is in MongoDB, so
        # leaving without it costs nothing but a few repeats.
        loop.call_later(LEAVE_AFTER_S, os._exit, 1)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    sockets = {one: one.bound() for one in servers}
    async with running:
        await asyncio.gather(*(servers[one].serve(sockets=[sockets[one]]) for one in servers))
