"""The public listener: `POST /webhooks/{token}` and nothing else.

Plain ASGI: it is the one hot path that strangers can reach, and it reads bytes, not models.
"""

import asyncio
from collections.abc import Iterable

from giftstream.failures import Transient
from prometheus_client import CollectorRegistry, Counter
from starlette.types import Receive, Scope, Send

from store_sync.receive_webhook import Incoming, NotVerified, ReceiveWebhook

MAX_BODY_BYTES = 256 * 1024
READ_DEADLINE_S = 10.0
PREFIX = "/webhooks/"
MAX_TOKEN = 128

Headers = Iterable[tuple[bytes, bytes]]


class _Refused(Exception):
    """Answered with this status before anything was looked at."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class WebhookEdge:
    """An ASGI application. It answers with a status alone: strangers learn nothing more."""

    def __init__(self, receive_webhook: ReceiveWebhook, registry: CollectorRegistry) -> None:
        self._receive_webhook = receive_webhook
        self._answers = Counter(
            "store_sync_webhooks_total", "Webhooks answered", ["status"], registry=registry
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        status = await self._status(scope, receive)
        if status is not None:
            self._answers.labels(status).inc()
            await _answer(send, status)

    async def _status(self, scope: Scope, receive: Receive) -> int | None:
        try:
            token = _token(scope)
            # All of the body within the deadline: a slow drip must not hold a connection.
            async with asyncio.timeout(READ_DEADLINE_S):
                raw = await _body(scope["headers"], receive)
            if raw is None:
                return None
            await self._receive_webhook(_incoming(token, raw, scope["headers"]))
        except _Refused as refused:
            return refused.status
        except TimeoutError:
            return 408
        except NotVerified:
            return 401
        except Transient:
            return 503
        return 200


def _token(scope: Scope) -> bytes:
    path: str = scope["path"]
    token = path[len(PREFIX) :]
    if not path.startswith(PREFIX) or not 0 < len(token) <= MAX_TOKEN or "/" in token:
        raise _Refused(404)
    if scope["method"] != "POST":
        raise _Refused(405)
    return token.encode("utf-8", "surrogatepass")


async def _body(headers: Headers, receive: Receive) -> bytes | None:
    """All of it; None when the sender went away."""
    for name, value in headers:
        if name == b"content-length" and value.isdigit() and int(value[:20]) > MAX_BODY_BYTES:
            raise _Refused(413)
    parts = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts += message.get("body", b"")
        # Counted, not believed: a length may be absent or a lie.
        if len(parts) > MAX_BODY_BYTES:
            raise _Refused(413)
        if not message.get("more_body", False):
            return bytes(parts)


def _incoming(token: bytes, raw: bytes, headers: Headers) -> Incoming:
    found: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        if name.startswith(b"x-shopify-"):
            found.setdefault(name, []).append(value)
    signatures = found.get(b"x-shopify-hmac-sha256", [])
    return Incoming(
        token=token,
        raw=raw,
        signature=signatures[0] if len(signatures) == 1 else None,
        shop=_only(found, b"x-shopify-shop-domain"),
        topic=_only(found, b"x-shopify-topic"),
        delivery_id=_only(found, b"x-shopify-webhook-id"),
        triggered_at=_only(found, b"x-shopify-triggered-at"),
    )


def _only(found: dict[bytes, list[bytes]], name: bytes) -> bytes | None:
    values = found.get(name, [])
    return values[0] if len(values) == 1 else None


async def _answer(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0")]
    if status == 503:
        headers.append((b"retry-after", b"2"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
