"""How large, how slow and how deep a request's body may be, before anything reads it."""

import asyncio
import re

import orjson
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from giftstream.http.answers import problem_response
from giftstream.http.problems import Problem

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
READ_DEADLINE_S = 10.0

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"')
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")


class BodyLimit:
    """Reads the whole body first: too large is 413, too slow 408, JSON that is none 400."""

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BYTES, check_json: bool = True) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._check_json = check_json

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            body = await self._read(headers, receive)
            if body and self._check_json and is_json(headers.get("content-type", "")):
                check_json(body)
        except Problem as problem:
            await problem_response(scope, problem)(scope, receive, send)
            return
        if body is not None:
            await self._app(scope, _replay(body, receive), send)

    async def _read(self, headers: Headers, receive: Receive) -> bytes | None:
        """The body; None when the client went away."""
        declared = headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared[:20]) > self._max_bytes:
            raise self._too_large()
        chunks = bytearray()
        try:
            async with asyncio.timeout(READ_DEADLINE_S):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    chunks += message.get("body", b"")
                    # Counted, not believed: a length may be absent or a lie.
                    if len(chunks) > self._max_bytes:
                        raise self._too_large()
                    if not message.get("more_body", False):
                        return bytes(chunks)
        except TimeoutError:
            raise Problem(408, "body_too_slow", "The body did not come in time.") from None

    def _too_large(self) -> Problem:
        return Problem(413, "body_too_large", f"A body may have {self._max_bytes} bytes.")


def is_json(content_type: str) -> bool:
    """Whether the content type is JSON or built on it."""
    media = content_type.partition(";")[0].strip().lower()
    return media == "application/json" or (
        media.startswith("application/") and media.endswith("+json")
    )


def check_json(body: bytes) -> None:
    """Raises Problem 400 `invalid_json`: not JSON (NaN neither), or nested too deep."""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Problem(400, "invalid_json", "The body is not valid JSON.") from None
    if is_deeper(body, MAX_DEPTH):
        raise Problem(400, "invalid_json", f"The body is nested deeper than {MAX_DEPTH} levels.")


def is_deeper(body: bytes, depth: int) -> bool:
    """Whether valid JSON nests more than `depth` arrays and objects in each other."""
    if body.count(b"[") + body.count(b"{") <= depth:
        return False
    # Without strings and with only the brackets left, each round takes the innermost level away.
    brackets = _STRINGS.sub(b"", body).translate(None, _NOT_BRACKETS)
    for _ in range(depth):
        brackets = _without_innermost(brackets)
        if not brackets:
            return False
    return True


def _without_innermost(brackets: bytes) -> bytes:
    return re.sub(rb"\[\]|\{\}", b"", brackets)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
