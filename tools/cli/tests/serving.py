"""A small real HTTP server that answers as a service does, and remembers what it was asked."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]]
Route = Callable[[dict[str, Any]], Answer] | Answer


class Served:
    """Routes by `"POST /stores"`, without the query; each an answer or what makes one of the body.

    `asked` are the requests: method and path with query, body, and the key that was given.
    """

    def __init__(self, routes: dict[str, Route]) -> None:
        self.routes = routes
        self.asked: list[tuple[str, dict[str, Any], str | None]] = []
        self.headers: list[tuple[str, Message]] = []
        self.url = ""

    def bodies(self, route: str) -> list[dict[str, Any]]:
        """What was sent there."""
        return [body for asked, body, _ in self.asked if asked.partition("?")[0] == route]

    def sent(self, route: str, header: str) -> list[str | None]:
        """That header of each request there."""
        return [found[header] for asked, found in self.headers if asked == route]

    def answer(self, line: str, body: dict[str, Any], key: str | None) -> Answer:
        self.asked.append((line, body, key))
        route = self.routes.get(
            line.partition("?")[0], (404, {"detail": "There is no such thing."})
        )
        return route(body) if callable(route) else route


@contextmanager
def serving(routes: dict[str, Route]) -> Iterator[Served]:
    """Serves until the end of the block."""
    served = Served(routes)

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"] or 0))
            body = json.loads(sent) if sent else {}
            key = (self.headers["Authorization"] or "").removeprefix("Bearer ") or None
            served.headers.append((f"{self.command} {self.path}", self.headers))
            status, said, *more = served.answer(f"{self.command} {self.path}", body, key)
            content = b"" if said is None else json.dumps(said).encode()
            self.send_response(status)
            for name, value in (more[0] if more else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self._handle()

        def do_POST(self) -> None:
            self._handle()

        def do_PATCH(self) -> None:
            self._handle()

        def do_DELETE(self) -> None:
            self._handle()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    served.url = f"http://127.0.0.1:{server.server_port}"
    yield served
    server.shutdown()
    server.server_close()
