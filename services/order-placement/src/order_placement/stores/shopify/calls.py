"""Calls to one shop with whatever opens it now."""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import httpx
from giftstream.delivery import Transient
from giftstream_platforms.access import AccessCache, StoreAccess
from giftstream_platforms.budgets import Budget
from giftstream_platforms.failures import AccessLost, StoreRefused, StoreUnreachable
from giftstream_platforms.shopify import Operation, ShopifyClient


class ShopifyCalls:
    """One shop. A refused token is asked for once more: it may have been renewed meanwhile."""

    def __init__(
        self,
        store_id: str,
        access: AccessCache,
        http: httpx.AsyncClient,
        budget: Budget,
        deadline_s: float,
    ) -> None:
        self._store_id = store_id
        self._access = access
        self._http = http
        self._budget = budget
        self._deadline_s = deadline_s
        self._client: tuple[StoreAccess, ShopifyClient] | None = None
        self.answered_at = float("-inf")
        """When the shop last did as it was asked, or said no to it; of time.monotonic()."""

    async def __call__(
        self, operation: Operation, variables: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The answer's data; nothing is under way any more when the deadline is over, whatever
        was waited for. Raises as giftstream_platforms.failures says."""
        until = time.monotonic() + self._deadline_s
        access = await self._access.of(self._store_id)
        try:
            return await self._executed(access, operation, variables, until)
        except AccessLost as lost:
            renewed = await self._renewed(lost)
            if renewed is None or renewed.access_token == access.access_token:
                raise
        # With the old token nothing can have been done.
        return await self._executed(renewed, operation, variables, until)

    async def base_url(self) -> str:
        """Where the shop's API is."""
        return (await self._access.of(self._store_id)).base_url

    async def _executed(
        self,
        access: StoreAccess,
        operation: Operation,
        variables: Mapping[str, Any] | None,
        until: float,
    ) -> dict[str, Any]:
        left_s = until - time.monotonic()
        if left_s <= 0:
            raise StoreUnreachable("what opens the shop came too late for the call")
        client = self._with(access)
        try:
            # Waiting for the budget and waiting for the answer share what is left.
            data = await client.execute(operation, variables, deadline_s=left_s / 2)
        except StoreRefused:
            self.answered_at = time.monotonic()
            raise
        self.answered_at = time.monotonic()
        return data

    async def _renewed(self, lost: AccessLost) -> StoreAccess | None:
        """Asking again tells store-sync that we were refused. A missing permission is missing
        under a new token too, so there the answer matters only where it says more than we know."""
        self._access.forget(self._store_id)
        if lost.code == "store_disconnected":
            return await self._access.of(self._store_id)
        with suppress(Transient):
            await self._access.of(self._store_id)
        return None

    def _with(self, access: StoreAccess) -> ShopifyClient:
        if self._client is None or self._client[0] != access:
            self._client = access, ShopifyClient(self._http, access, self._budget)
        return self._client[1]
