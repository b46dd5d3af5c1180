"""`POST /shopify/<store>/admin/api/<version>/graphql.json`, with whatever fault is due."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from simulator.faults import Drawn
from simulator.server import CLOSE, RESET
from simulator.shopify import answers
from simulator.shopify.answers import Answer
from simulator.shopify.execution import Request, cost_of, run
from simulator.shopify.prepared import root_fields
from simulator.shopify.schema import VERSIONS
from simulator.shopify.shop import Call, Shop
from simulator.shopify.throttle import Bucket

PATH = re.compile(r"/admin/api/([^/]+)/graphql\.json")
LARGEST_BODY = 1 << 20
# Only these can meet the faults inside a call.
INSIDE: Mapping[str, frozenset[str]] = {
    "search_lag": frozenset(
        f"{noun}{what}"
        for noun in ("orders", "draftOrders", "products", "productVariants")
        for what in ("", "Count")
    ),
    "total_off": frozenset({"draftOrderCreate", "draftOrderUpdate"}),
}
NOTHING_DONE: Mapping[str, Answer] = {
    "server_error": answers.BAD_GATEWAY,
    "html": answers.MAINTENANCE,
    "unauthorized": answers.UNAUTHORIZED,
}
UNDISTURBED = Drawn()
AFTERWARDS = frozenset({"reset_after_commit", "hang_after_commit", "truncated"})


@dataclass(slots=True)
class Exchange:
    """One request and what became of it. `answer` None: the connection is cut."""

    path: str
    operations: tuple[str, ...]
    answer: Answer | None
    drawn: Drawn = UNDISTURBED
    call: Call | None = None


class Endpoint:
    """The HTTP side of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._bucket = Bucket(shop.store.profile["rate"])

    async def __call__(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """`path` is what follows the shop's base_url."""
        exchange = await self._exchange(path, scope, receive)
        self._record(exchange, scope["method"])
        # The effects outlive a kill -9 from here on; the caller may never hear of them.
        self._shop.world.database.commit()
        if exchange.drawn.ending == "hang_after_commit":
            await _until_gone(receive, exchange.drawn.hang_s)
            await _cut(scope, receive, CLOSE)
        elif exchange.answer is None:
            await _cut(scope, receive, RESET)
        else:
            await exchange.answer.send(send)

    async def _exchange(self, path: str, scope: Scope, receive: Receive) -> Exchange:
        found = PATH.fullmatch(path)
        if not found or found[1] not in VERSIONS:
            return Exchange(path, (), answers.NOT_FOUND)
        if scope["method"] != "POST":
            return Exchange(path, (), answers.NOT_ALLOWED)
        body = await _read(receive)
        if body is None:
            return Exchange(path, (), answers.TOO_LARGE)
        if not self._knows(scope):
            return Exchange(path, (), answers.UNAUTHORIZED)
        request = Request.of(_parsed(body))
        if request is None:
            return Exchange(path, (), answers.NO_QUERY)
        operations = root_fields(request.operation) if request.operation else ()
        names = (*operations, f"POST {path}", f"POST {scope['path']}")
        drawn = self._shop.world.faults.draw(self._shop.store.id, names, INSIDE)
        if drawn.latency_s:
            await asyncio.sleep(drawn.latency_s)
        call = Call(self._shop, found[1], drawn)
        return Exchange(path, operations, self._outcome(request, call), drawn, call)

    def _outcome(self, request: Request, call: Call) -> Answer | None:
        ending = call.drawn.ending
        if ending == "reset_before":
            return None
        if ending == "throttle":
            return answers.throttled(
                cost_of(request), self._bucket.status() | {"currentlyAvailable": 0}
            )
        if ending and ending in NOTHING_DONE and not call.drawn.done:
            return NOTHING_DONE[ending]
        answer = run(request, call, self._bucket)
        if ending == "truncated":
            return answer.cut()
        return None if ending in AFTERWARDS else NOTHING_DONE.get(ending or "", answer)

    def _knows(self, scope: Scope) -> bool:
        given = dict(scope["headers"]).get(b"x-shopify-access-token", b"").decode("latin-1")
        profile = self._shop.store.profile
        right = secrets.compare_digest(given.encode(), profile["access_token"].encode())
        return right and not profile["uninstalled"]

    def _record(self, exchange: Exchange, method: str) -> None:
        call, drawn = exchange.call, exchange.drawn
        sent = exchange.answer if drawn.ending != "hang_after_commit" else None
        detail: dict[str, Any] = {
            "operation": ",".join(exchange.operations) or f"{method} {exchange.path}",
            "status": sent.status if sent else None,
            "fault": ",".join(drawn.names) or None,
        }
        if call and call.user_errors:
            detail["user_errors"] = call.user_errors
        if call and call.codes:
            detail["errors"] = call.codes
        about, mark = (call.about, call.mark) if call else (None, None)
        self._shop.world.ledger.record(self._shop.store.id, "call", about, mark, detail)


async def _read(receive: Receive) -> bytes | None:
    """None when it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


async def _cut(scope: Scope, receive: Receive, how: str) -> None:
    """Ends the connection without an answer; waits until the server has noticed."""
    scope["extensions"][how]["cut"]()
    await _until_gone(receive, 1.0)


async def _until_gone(receive: Receive, seconds: float) -> None:
    """Says nothing until the time is over or the client has hung up."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return
