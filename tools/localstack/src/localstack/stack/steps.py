"""Set-up steps over HTTP that are done once each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx

from localstack.errors import StackError

STEP_WITHIN_S = 60.0
PAUSE_S = 0.2
# A service that has not yet heard of the step before says one of these.
NOT_YET = frozenset({404, 409, 425, 429, 502, 503, 504})


class Steps:
    """Remembers each answer; `keep` is called after every new one."""

    def __init__(
        self, http: httpx.AsyncClient, kept: dict[str, Any], keep: Callable[[], None]
    ) -> None:
        self._http = http
        self._kept = kept
        self._keep = keep

    async def once(self, name: str, url: str, body: dict[str, Any]) -> Any:
        """The answer to this POST, from memory when it was done before.

        Repeated while the service does not yet know what the step builds on. The idempotency key
        is the same after a crash, so that the answer is, too.
        """
        if name not in self._kept:
            key = {"Idempotency-Key": f"demo-{self._kept['installation']}-{name}"}
            self._kept[name] = await self._until_accepted(
                name, lambda: self._http.post(url, json=body, headers=key)
            )
            self._keep()
        return self._kept[name]

    async def exists(self, url: str) -> bool:
        """Whether this GET finds something."""
        return (await self._http.get(url)).status_code != 404

    async def now(self, url: str, body: dict[str, Any]) -> None:
        """A POST that is done at every start."""
        await self._until_accepted(url, lambda: self._http.post(url, json=body))

    async def finished(self, name: str, url: str) -> None:
        """Wait for a job to end well."""
        if name in self._kept:
            return
        deadline = time.monotonic() + STEP_WITHIN_S
        while True:
            job = await self._until_accepted(name, lambda: self._http.get(url))
            if job["status"] == "done":
                self._kept[name] = job
                self._keep()
                return
            if job["status"] == "failed" or time.monotonic() > deadline:
                raise StackError(f"the demo's step {name} did not end well: {job}")
            await asyncio.sleep(PAUSE_S)

    async def _until_accepted(self, name: str, call: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + STEP_WITHIN_S
        while True:
            said = ""
            try:
                answer: httpx.Response = await call()
                if answer.is_success:
                    return answer.json() if answer.content else {}
                said = f"{answer.status_code} {answer.text[:500]}"
                if answer.status_code not in NOT_YET:
                    raise StackError(f"the demo's step {name} was refused: {said}")
            except httpx.TransportError as error:
                said = repr(error)
            if time.monotonic() > deadline:
                raise StackError(f"the demo's step {name} was not done in time: {said}")
            await asyncio.sleep(PAUSE_S)
