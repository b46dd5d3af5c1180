"""POSTs that may be repeated: the same `Idempotency-Key` and body give the same answer.

@router.post("/brands", status_code=201)
async def create(body: NewBrand, request: Request, caller: Administrator) -> Response:
    return await idempotent(
        request, caller, keys, body, lambda brand_id: create_brand(brand_id, body)
    )
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from pydantic import BaseModel, SecretStr
from starlette.requests import Request
from starlette.responses import Response

from giftstream.failures import Transient
from giftstream.http.access import Caller
from giftstream.http.idempotency_keys import RUNNING_S, Answer, IdempotencyKeys
from giftstream.http.problems import Problem
from giftstream.identity import derived, new_id

__all__ = ["IdempotencyKeys", "idempotent"]

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"

# Below what a claim lasts, so that a run has ended before another may take it over.
WORK_DEADLINE_S = RUNNING_S - 5.0

_KEY = re.compile(r"[\x20-\x7e]{1,255}")

Make = Callable[[str], Awaitable[BaseModel]]


async def idempotent(
    request: Request,
    caller: Caller,
    keys: IdempotencyKeys,
    body: BaseModel | bytes,
    make: Make,
    *,
    status: int = 201,
    sealed: bool = False,
) -> Response:
    """`make(new_id)`'s answer, or the one that this key got before.

    `new_id` is derived from the key, so a repeat after a crash in between makes the same thing.
    `sealed`: the answer shows a secret, so it is stored sealed. What `make` raises is not kept:
    the same key may try again. Raises Problem: 400 for a malformed key, 422 for another body, 409
    while the first is running.
    """
    key = _key(request)
    if key is None:
        return _response(Answer(status, await _made(make, new_id())))
    place = _place(caller, request, key)
    claim = await keys.claim(place, _digest(body), brand=caller.identity)
    if claim.answer is not None:
        return _response(claim.answer, {REPLAYED: "true"})
    saved = False
    try:
        answer = Answer(status, await _made(make, derived("idempotency", place)))
        await keys.save(claim, answer, brand=caller.identity, sealed=sealed)
        saved = True
    finally:
        if not saved:
            await keys.release(claim)
    return _response(answer)


async def _made(make: Make, made_id: str) -> bytes:
    try:
        async with asyncio.timeout(WORK_DEADLINE_S):
            return (await make(made_id)).model_dump_json().encode()
    except TimeoutError as error:
        raise Transient("the request took too long") from error


def _key(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if key is not None and not _KEY.fullmatch(key):
        raise Problem(
            400, "invalid_idempotency_key", f"{HEADER} takes 1-255 printable ASCII characters."
        )
    return key


def _place(caller: Caller, request: Request, key: str) -> str:
    """Whose key for which route: nobody meets another caller's answers."""
    parts = [caller.identity, request.method, request.url.path, key]
    # Lengths first, so that no part can pretend to be the end of the one before.
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def _digest(body: BaseModel | bytes) -> str:
    """The same for the same meaning; of secrets in the body only this hash is kept."""
    if isinstance(body, BaseModel):
        body = orjson.dumps(body.model_dump(), default=_shown, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(body).hexdigest()


def _shown(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _response(answer: Answer, headers: dict[str, str] | None = None) -> Response:
    return Response(answer.body, answer.status, headers, media_type="application/json")
