"""The HTTP client for stores: no redirects, no proxies from the environment, everything bounded."""

import asyncio
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import httpx

from giftstream_platforms.failures import OutcomeUnknown, StoreUnreachable

MAX_ANSWER_BYTES = 10 * 1024 * 1024
LONGEST_RETRY_AFTER_S = 60.0
CONNECT_DEADLINE_S = 5.0


class Answer(NamedTuple):
    """What a store answered: the status, the headers, all of the body."""

    status: int
    headers: httpx.Headers
    body: bytes


def store_client(*, connections: int = 100) -> httpx.AsyncClient:
    """A client for many stores. A redirect could lead anywhere, so none is followed."""
    return httpx.AsyncClient(
        follow_redirects=False,
        trust_env=False,
        timeout=httpx.Timeout(30.0, connect=CONNECT_DEADLINE_S),
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        headers={"User-Agent": "giftstream", "Accept": "application/json"},
    )


async def post(
    http: httpx.AsyncClient,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    deadline_s: float,
    mutates: bool,
) -> Answer:
    """POST and read the whole answer within the deadline.

    Raises StoreUnreachable when nothing was sent, or nothing could have been changed;
    OutcomeUnknown when something may have been.
    """
    try:
        async with asyncio.timeout(deadline_s):
            async with http.stream("POST", url, content=body, headers=headers) as response:
                return Answer(response.status_code, response.headers, await _body(response))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise StoreUnreachable(f"no connection: {type(error).__name__}") from error
    except (TimeoutError, httpx.HTTPError) as error:
        raise no_answer(f"no answer: {type(error).__name__}", mutates=mutates) from error


def no_answer(detail: str, *, mutates: bool) -> Exception:
    """The failure that an unusable answer means."""
    return OutcomeUnknown(detail) if mutates else StoreUnreachable(detail)


def retry_after_s(headers: httpx.Headers) -> float | None:
    """`Retry-After` in seconds, from a number or a date; absurd values are capped at a minute."""
    said = headers.get("retry-after")
    if said is None:
        return None
    try:
        seconds = float(said)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    if math.isnan(seconds):
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER_S)


async def _body(response: httpx.Response) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > MAX_ANSWER_BYTES:
            raise httpx.DecodingError("the answer is too large", request=response.request)
        parts.append(part)
    return b"".join(parts)
