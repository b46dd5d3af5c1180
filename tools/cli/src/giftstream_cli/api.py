"""A service's HTTP API, its problems as sentences."""

from collections.abc import Mapping
from typing import Any, Self

import httpx

from giftstream_cli.failures import CommandFailed, NotHeld, ServerAway, WrongUse

DEADLINE_S = 30.0
PAGE = 200

_AWAY = (502, 503, 504)


class Api:
    """One service as the command sees it. Use it in a `with`."""

    def __init__(
        self, base_url: str, key: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._base_url = base_url
        try:
            self._client = httpx.Client(
                base_url=base_url,
                headers={"Authorization": f"Bearer {key}"},
                timeout=DEADLINE_S,
                trust_env=False,
                transport=transport,
            )
        except (httpx.InvalidURL, UnicodeEncodeError) as error:
            raise WrongUse(f"The address or the key cannot be used: {error}.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, params: Mapping[str, str | int] | None = None) -> dict[str, Any]:
        """The JSON object there. Raises NotHeld, ServerAway."""
        return self._call("GET", path, params=dict(params or {}))

    def listed(self, path: str) -> list[dict[str, Any]]:
        """The JSON list there, of a route without pages. Raises as `get`."""
        response = self._answer("GET", path)
        found = response.json() if response.content else None
        if not isinstance(found, list):
            raise NotHeld(f"{response.request.url} answered with something that is no list.")
        return found

    def post(self, path: str, body: Mapping[str, Any], key: str | None = None) -> dict[str, Any]:
        """Send the body, with an Idempotency-Key where one is given. Raises as `get`."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._call("POST", path, json=dict(body), headers=headers)

    def pages(
        self, path: str, params: Mapping[str, str | int], limit: int
    ) -> tuple[list[dict[str, Any]], bool]:
        """Up to `limit` items over as many pages as that takes; whether there are more."""
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while len(items) < limit:
            asked = {**params, "limit": min(PAGE, limit - len(items))}
            page = self.get(path, {**asked, "cursor": cursor} if cursor else asked)
            items += page["items"]
            cursor = page.get("next")
            if not cursor:
                return items, False
        return items[:limit], True

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        return _object(self._answer(method, path, **request))

    def _answer(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            response = self._client.request(method, path, **request)
        except httpx.TransportError as error:
            raise ServerAway(
                f"{self._base_url} could not be reached ({type(error).__name__}): check the "
                "address, and that the service runs."
            ) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise WrongUse(f"{self._base_url} is no address of a service: {error}") from error
        if response.is_success:
            return response
        raise _failure(response)


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        found = response.json() if response.content else {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NotHeld(f"{response.request.url} answered with something that is no giftstream API.")
    return found


def _failure(response: httpx.Response) -> CommandFailed:
    try:
        problem = response.json()
        detail = str(problem.get("detail") or problem.get("title") or "")
        reasons = [f"{r.get('code')}: {r.get('detail')}" for r in problem.get("reasons") or ()]
    except (ValueError, AttributeError):
        detail, reasons = "", []
    said = " ".join([detail or f"HTTP {response.status_code}.", *reasons])
    match response.status_code:
        case 401:
            return NotHeld(f"The key was not accepted: {said} Give --api-key or GIFTSTREAM_KEY.")
        case 403:
            return NotHeld(f"The key does not permit this: {said}")
        case status if status in _AWAY:
            return ServerAway(f"The service cannot answer now, try again: {said}")
        case _:
            return NotHeld(said)
