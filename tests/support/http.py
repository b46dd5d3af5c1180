"""HTTP calls in tests: an answer that was not expected shows itself."""

from typing import Any

import httpx
from support.waiting import until


class Api:
    """One service's API with one key."""

    def __init__(self, base_url: str, key: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=20.0,
            trust_env=False,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Whatever it answers."""
        return await self._http.request(method, path, **more)

    async def get(self, path: str, **params: Any) -> Any:
        """The JSON of a 200."""
        answer = await self._http.get(path, params=params)
        assert answer.is_success, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def post(self, path: str, body: Any = None, *, expect: int | None = None) -> Any:
        """The JSON of a success, or of exactly the expected status."""
        answer = await self._http.post(path, json={} if body is None else body)
        good = answer.status_code == expect if expect else answer.is_success
        assert good, f"POST {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def patch(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
        """The JSON of a success."""
        answer = await self._http.patch(path, json=body, headers=headers or {})
        assert answer.is_success, f"PATCH {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def post_when_known(self, path: str, body: Any, *, within_s: float = 30.0) -> Any:
        """POST again while the service has not heard of what the body builds on."""
        last: list[httpx.Response] = []

        async def accepted() -> bool:
            last[:] = [await self._http.post(path, json=body)]
            return last[0].is_success

        try:
            await until(accepted, within_s=within_s, what=path, every_s=0.2)
        except AssertionError as error:
            raise AssertionError(f"{path}: {last[0].status_code} {last[0].text}") from error
        return last[0].json()
