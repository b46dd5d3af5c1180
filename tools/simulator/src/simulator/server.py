"""uvicorn with one thing more: the application can cut the connection."""

from __future__ import annotations

import socket
import struct
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from simulator.settings import Settings

RESET = "simulator.reset"
CLOSE = "simulator.close"
# On, zero seconds: the kernel sends RST instead of FIN.
LINGER_NOT = struct.pack("ii", 1, 0)


class CuttableProtocol(HttpToolsProtocol):
    """Offers `reset` (TCP RST) and `close` (FIN) of the connection in scope["extensions"]."""

    def on_message_begin(self) -> None:
        """uvicorn makes the scope here; the application finds our two doors in it."""
        super().on_message_begin()
        self.scope["extensions"] = {RESET: {"cut": self._reset}, CLOSE: {"cut": self._close}}

    def _reset(self) -> None:
        sock = self.transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        self.transport.abort()

    def _close(self) -> None:
        self.transport.close()


def server_of(app: ASGIApp, settings: Settings) -> uvicorn.Server:
    """A server that keeps idle connections for long: clients pool them."""
    config = uvicorn.Config(
        cast("Any", app),  # uvicorn and Starlette name the same protocol differently
        host=settings.host,
        port=settings.port,
        http=CuttableProtocol,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)


def serve(app: ASGIApp, settings: Settings) -> None:
    """Until SIGTERM or SIGINT."""
    server_of(app, settings).run()
