"""HTTP listeners: one or two servers in one event loop, ended together by a signal."""

import asyncio
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import uvicorn

IDLE_CONNECTION_S = 10
DRAIN_S = 10
LEAVE_AFTER_S = 40


@dataclass(frozen=True, slots=True)
class Listener:
    """An ASGI application and where it listens."""

    app: Any
    host: str
    port: int

    def config(self, *, lifespan: str) -> uvicorn.Config:
        """How it is served: bounded headers, no server banner, no access log."""
        return uvicorn.Config(
            self.app,
            host=self.host,
            port=self.port,
            loop="uvloop",
            lifespan=lifespan,  # type: ignore[arg-type]  # a Literal upstream
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            timeout_keep_alive=IDLE_CONNECTION_S,
            timeout_graceful_shutdown=DRAIN_S,
            h11_max_incomplete_event_size=16 * 1024,
            backlog=2048,
        )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.up.set()

    # Signals are handled once for all servers, see `_serve`.
    def capture_signals(self) -> Any:
        return _NoSignals()


class _NoSignals:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def serve(listeners: Sequence[Listener]) -> None:
    """Serve all until SIGTERM or SIGINT. The first listener's application has the lifespan.

    Raises SystemExit(3) when it cannot start.
    """
    factory = listeners[0].config(lifespan="on").get_loop_factory()
    with asyncio.Runner(loop_factory=factory) as run:
        if not run.run(_serve(listeners)):
            raise SystemExit(3)


async def _serve(listeners: Sequence[Listener]) -> bool:
    first, *others = listeners
    main = _Server(first.config(lifespan="on"))
    rest = [_Server(one.config(lifespan="off")) for one in others]

    loop = asyncio.get_running_loop()

    def stop() -> None:
        # The outside first, so that nothing new comes in while the rest ends.
        for server in (*rest, main):
            server.should_exit = True
        # With Kafka away its clients wait for ever to say goodbye. All state is in MongoDB, so
        # leaving without it costs nothing but a few repeats.
        loop.call_later(LEAVE_AFTER_S, os._exit, 1)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    serving = asyncio.create_task(main.serve())
    up = asyncio.create_task(main.up.wait())
    await asyncio.wait([serving, up], return_when=asyncio.FIRST_COMPLETED)
    up.cancel()
    await asyncio.gather(serving, *(one.serve() for one in rest))
    return main.started
