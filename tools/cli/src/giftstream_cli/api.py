"""A service's HTTP API, its problems as sentences."""

from collections.abc import Mapping
from typing import Any, Self

import httpx

from giftstream_cli.failures import CommandFailed, NotHeld, ServerAway, WrongUse

DEADLINE_S = 30.0
PAGE = 200

_AWAY = (502, 503, 504)
_UNKNOWN_KEY = "unauthorized"


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
        return _list(self._answer("GET", path))

    def post(self, path: str, body: Mapping[str, Any], key: str | None = None) -> dict[str, Any]:
        """Send the body, with an Idempotency-Key where one is given. Raises as `get`."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._call("POST", path, json=dict(body), headers=headers)

    def created(self, path: str, body: Mapping[str, Any], key: str) -> tuple[dict[str, Any], bool]:
        """The answer, and whether this key got it before. Raises as `get`."""
        response = self._answer("POST", path, json=dict(body), headers={"Idempotency-Key": key})
        return _object(response), "Idempotency-Replayed" in response.headers

    def edit(self, path: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change what is there now, unless somebody else does so meanwhile. Raises as `get`."""
        etag = self._answer("GET", path).headers.get("ETag", "*")
        return self._call("PATCH", path, json=dict(changes), headers={"If-Match": etag})

    def delete(self, path: str) -> None:
        """Take it away. Raises as `get`."""
        self._answer("DELETE", path)

    def knows_key(self, path: str) -> bool:
        """Whether this service accepts the key, be it for this path or not. Raises ServerAway."""
        try:
            self._answer("GET", path)
        except NotHeld as failed:
            return failed.problem != _UNKNOWN_KEY
        return True

    def post_listed(self, path: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Send the body to a route that answers a list. Raises as `get`."""
        return _list(self._answer("POST", path, json=dict(body)))

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
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise WrongUse(f"{self._base_url} is no address of a service: {error}") from error
        except httpx.TransportError as error:
            raise ServerAway(
                f"{self._base_url} could not be reached ({type(error).__name__}): check the "
                "address, and that the service runs."
            ) from error
        if response.is_success:
            return response
        raise _failure(response)


def _list(response: httpx.Response) -> list[dict[str, Any]]:
    try:
        found = response.json() if response.content else None
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise NotHeld(f"{response.request.url} answered with something that is no list.")
    return found


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
        code = problem.get("code")
        detail = str(problem.get("detail") or problem.get("title") or "")
        told = [one for one in problem.get("reasons") or () if one.get("detail") != detail]
        reasons = [_reason(one) for one in told]
    except (ValueError, AttributeError):
        code, detail, reasons = None, "", []
    said = " ".join([detail or f"HTTP {response.status_code}.", *reasons])
    match response.status_code:
        case 401:
            said = f"The key was not accepted: {said} Give --api-key or GIFTSTREAM_KEY."
            return NotHeld(said, code)
        case 403:
            return NotHeld(f"The key does not permit this: {said}", code)
        case status if status in _AWAY:
            return ServerAway(f"The service cannot answer now, try again: {said}", code)
        case _:
            return NotHeld(said, code)


def _reason(reason: Mapping[str, Any]) -> str:
    code, path, detail = (reason.get(name) for name in ("code", "path", "detail"))
    if not path:
        return f"{code}: {detail}"
    # Of a wrong field its name says more than the code, which is the same for all.
    return f"{path}: {detail}" if code == "invalid_request" else f"{code}, {path}: {detail}"
