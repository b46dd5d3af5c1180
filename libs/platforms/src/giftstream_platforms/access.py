"""Access to a store, as store-sync gives it out: kept in memory, never longer than five minutes."""

import asyncio
import time
from datetime import datetime
from typing import Protocol

from giftstream.http.problems import Problem
from pydantic import BaseModel, ConfigDict, SecretStr

from giftstream_platforms.failures import AccessLost

KEEP_S = 300.0


class StoreAccess(BaseModel):
    """Where a store's API is, and what opens it."""

    model_config = ConfigDict(frozen=True)

    platform: str
    base_url: str
    api_version: str
    access_token: SecretStr
    expires_at: datetime | None = None


class AccessSource(Protocol):
    """Asks store-sync; InternalClient does."""

    async def get(self, path: str, **params: str) -> object | None:
        """The JSON answer, None on 404. Raises Problem on another 4xx, Transient on 5xx."""


class AccessCache:
    """One place in a service that knows store access; one question at a time for each store."""

    def __init__(self, source: AccessSource, *, keep_s: float = KEEP_S) -> None:
        self._source = source
        self._keep_s = keep_s
        self._kept: dict[str, tuple[StoreAccess, float]] = {}
        self._asking: dict[str, asyncio.Lock] = {}
        self._refused: set[str] = set()

    async def of(self, store_id: str) -> StoreAccess:
        """Raises AccessLost when there is none, Transient when store-sync does not answer."""
        async with self._asking.setdefault(store_id, asyncio.Lock()):
            kept = self._kept.get(store_id)
            if kept is not None and time.monotonic() < kept[1]:
                return kept[0]
            access = await self._ask(store_id)
            self._kept[store_id] = (access, time.monotonic() + self._keep_s)
            return access

    def forget(self, store_id: str) -> None:
        """After the store refused us: the next call asks again, and says so, since store-sync
        would otherwise look at the store within the hour only."""
        self._kept.pop(store_id, None)
        self._refused.add(store_id)

    async def _ask(self, store_id: str) -> StoreAccess:
        said = {"refused": "true"} if store_id in self._refused else {}
        try:
            answer = await self._source.get(f"/internal/stores/{store_id}/access", **said)
        except Problem as problem:
            missing = tuple(reason.detail for reason in problem.reasons)
            self._refused.discard(store_id)
            raise AccessLost(problem.code, problem.detail, missing) from problem
        self._refused.discard(store_id)
        if answer is None:
            raise AccessLost("integration_missing", "No store is connected under this id.")
        return StoreAccess.model_validate(answer)
