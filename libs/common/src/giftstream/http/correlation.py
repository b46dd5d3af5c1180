"""One id for all that belongs to one request: answers, log lines, calls to other services."""

import re
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from giftstream.identity import new_id
from giftstream.tracing import new_traceparent, traced, valid_traceparent

HEADER = "X-Correlation-Id"

_KEPT_AS = "giftstream.correlation_id"
_FORM = re.compile(r"[A-Za-z0-9._-]{1,64}")


def correlation_id(scope: Scope) -> str:
    """The request's id; given once, even where something fails before the middleware."""
    return str(scope.setdefault(_KEPT_AS, new_id()))


def current() -> str | None:
    """The id of the request being handled, if one is."""
    bound: dict[str, Any] = structlog.contextvars.get_contextvars()
    return bound.get("correlation_id")


class Correlation:
    """Takes over a well-formed id of the caller's, else makes one; always answers with it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get(HEADER, "")
        if _FORM.fullmatch(given):
            scope[_KEPT_AS] = given
        own = correlation_id(scope)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = own
            await send(message)

        trace = valid_traceparent(headers.get("traceparent")) or new_traceparent()
        with structlog.contextvars.bound_contextvars(correlation_id=own), traced(trace):
            await self._app(scope, receive, send_with_id)
