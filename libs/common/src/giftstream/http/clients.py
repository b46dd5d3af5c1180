"""Calls to other services' /internal routes."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx
import orjson
from pydantic import TypeAdapter, ValidationError

from giftstream.events import Reason
from giftstream.failures import Transient
from giftstream.http import correlation
from giftstream.http.problems import Problem
from giftstream.tracing import current_traceparent

DEADLINE_S = 5.0

_REASONS = TypeAdapter(tuple[Reason, ...])

_OUR_TOKEN_OR_THEIR_LOAD = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


class InternalClient:
    """GETs from one service with our own token, each answer within a deadline.

    A transport may be given, so that tests can answer in the service's place.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        deadline_s: float = DEADLINE_S,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(deadline_s),
            follow_redirects=False,
            trust_env=False,
            transport=transport,
        )

    async def get(self, path: str, **params: str | int) -> object | None:
        """The JSON answer, None on 404. Raises Problem on another 4xx that is about what was asked,
        Transient on everything that may pass: unreachable, 5xx, our token not known yet.

        `path` is plain text; ids within it are quoted here.
        """
        segments = path.split("/")
        if "." in segments or ".." in segments:
            return None  # an id that would climb out of its route
        quoted = "/".join(quote(segment, safe="") for segment in segments)
        try:
            answer = await self._http.get(quoted, params=params, headers=_context())
        except httpx.HTTPError as error:
            raise Transient(f"{path} could not be read: {type(error).__name__}") from error
        return _read(path, answer)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()


def _context() -> dict[str, str]:
    context = {"X-Correlation-Id": correlation.current(), "traceparent": current_traceparent()}
    return {name: value for name, value in context.items() if value is not None}


def _read(path: str, answer: httpx.Response) -> object | None:
    if answer.status_code == HTTPStatus.NOT_FOUND:
        return None
    if answer.status_code >= 500 or answer.status_code in _OUR_TOKEN_OR_THEIR_LOAD:
        raise Transient(f"{path} was answered with {answer.status_code}")
    try:
        body: Any = orjson.loads(answer.content)
    except orjson.JSONDecodeError as error:
        raise Transient(f"{path} was answered with something other than JSON") from error
    if answer.is_success:
        found: object = body
        return found
    said = body if isinstance(body, dict) else {}
    raise Problem(
        answer.status_code if answer.is_client_error else 502,
        str(said.get("code", "refused")),
        str(said.get("detail", f"{path} was answered with {answer.status_code}")),
        _reasons(said.get("reasons")),
    )


def _reasons(said: object) -> tuple[Reason, ...]:
    try:
        return _REASONS.validate_python(said or ())
    except ValidationError:
        return ()
