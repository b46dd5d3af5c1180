"""Calls to one shop: one POST each, every way it may end given its name."""

import asyncio
import random
import time
from collections.abc import Mapping
from typing import Any

import httpx
import orjson

from giftstream_platforms.access import StoreAccess
from giftstream_platforms.budgets import Budget
from giftstream_platforms.failures import (
    AccessLost,
    StoreBusy,
    StoreRefused,
    StoreUnreachable,
)
from giftstream_platforms.http import Answer, no_answer, post, retry_after_s
from giftstream_platforms.shopify.operations import Operation

DEADLINE_S = 10.0
UNAUTHORIZED = 401
SECOND_TRY_AFTER_S = 0.2
READ_AGAIN_AFTER_S = (0.2, 0.6)
# 402: frozen for lack of payment, 404: no such shop any more, 423: locked by Shopify.
_SHOP_GONE = {UNAUTHORIZED: "revoked", 402: "frozen", 404: "gone", 423: "locked"}


class ShopifyClient:
    """The Admin GraphQL API of one shop, within this service's share of its rate limit."""

    def __init__(self, http: httpx.AsyncClient, access: StoreAccess, budget: Budget) -> None:
        self._http = http
        self._budget = budget
        self._url = f"{access.base_url.rstrip('/')}/admin/api/{access.api_version}/graphql.json"
        self._headers = {
            "Content-Type": "application/json",
            "X-Shopify-Access-Token": access.access_token.get_secret_value(),
        }

    async def execute(
        self,
        operation: Operation,
        variables: Mapping[str, Any] | None = None,
        *,
        deadline_s: float = DEADLINE_S,
    ) -> dict[str, Any]:
        """The answer's `data`. Raises as giftstream_platforms.failures says.

        A read that is throttled or gets no usable answer is asked again within the same deadline;
        its first try has half of it, so that one lost answer does not use it up.
        """
        until = time.monotonic() + deadline_s
        for number, pause_s in enumerate(() if operation.mutates else READ_AGAIN_AFTER_S):
            try_s = deadline_s / 2 if number == 0 else until - time.monotonic()
            try:
                return await self._execute(operation, variables, try_s)
            except (StoreUnreachable, StoreBusy) as error:
                wait_s = max(pause_s * random.uniform(0.5, 1.5), error.retry_after_s or 0.0)
                if time.monotonic() + wait_s >= until:
                    raise
                await asyncio.sleep(wait_s)
        return await self._execute(operation, variables, until - time.monotonic())

    async def _execute(
        self, operation: Operation, variables: Mapping[str, Any] | None, deadline_s: float
    ) -> dict[str, Any]:
        await self._budget.take(operation.cost, deadline_s=deadline_s)
        body = orjson.dumps(
            {
                "query": operation.text,
                "operationName": operation.name,
                "variables": variables or {},
            }
        )
        answer = await self._post(operation, body, deadline_s)
        return self._data(operation, answer)

    async def _post(self, operation: Operation, body: bytes, deadline_s: float) -> Answer:
        """A 401 is only believed the second time: what follows from it stops a whole store, and
        nothing was done, so asking again is safe."""
        until = time.monotonic() + deadline_s
        mutates = operation.mutates
        answer = await post(
            self._http, self._url, body, self._headers, deadline_s=deadline_s, mutates=mutates
        )
        left_s = until - time.monotonic() - SECOND_TRY_AFTER_S
        if answer.status != UNAUTHORIZED or left_s <= 0:
            return answer
        await asyncio.sleep(SECOND_TRY_AFTER_S)
        return await post(
            self._http, self._url, body, self._headers, deadline_s=left_s, mutates=mutates
        )

    def _data(self, operation: Operation, answer: Answer) -> dict[str, Any]:
        _raise_for_status(operation, answer)
        try:
            parsed = orjson.loads(answer.body)
        except orjson.JSONDecodeError as error:
            # A proxy's HTML page, or an answer cut short.
            raise no_answer("the answer is no JSON", mutates=operation.mutates) from error
        if not isinstance(parsed, dict):
            raise no_answer("the answer is no object", mutates=operation.mutates)
        told = self._account(operation, parsed)
        if errors := parsed.get("errors"):
            self._raise_for_errors(operation, errors, parsed, told=told)
        data = parsed.get("data")
        if not isinstance(data, dict):
            raise no_answer("the answer has no data", mutates=operation.mutates)
        return data

    def _account(self, operation: Operation, parsed: Mapping[str, Any]) -> bool:
        """Whether the shop said what is left."""
        cost = (parsed.get("extensions") or {}).get("cost") or {}
        status = cost.get("throttleStatus")
        if not status:
            return False
        self._budget.give_back(operation.cost - float(cost.get("actualQueryCost") or 0))
        self._budget.feed(
            maximum=float(status["maximumAvailable"]),
            available=float(status["currentlyAvailable"]),
            rate=float(status["restoreRate"]),
        )
        return True

    def _raise_for_errors(
        self, operation: Operation, errors: Any, parsed: Mapping[str, Any], *, told: bool
    ) -> None:
        # A refused token is told as plain text: {"errors": "[API] Invalid API key …"}.
        if isinstance(errors, str):
            raise AccessLost("store_disconnected", errors)
        codes = {str((error.get("extensions") or {}).get("code", "")) for error in errors}
        words = [str(error.get("message", "")) for error in errors]
        if "THROTTLED" in codes:
            if not told:
                self._budget.spent()
            raise StoreBusy("throttled", retry_after_s=_pause_s(parsed))
        if "ACCESS_DENIED" in codes:
            missing = [
                str((error.get("extensions") or {}).get("requiredAccess", "")) for error in errors
            ]
            raise AccessLost("permission_denied", "; ".join(words), [m for m in missing if m])
        if "INTERNAL_SERVER_ERROR" in codes or parsed.get("data"):
            raise no_answer("; ".join(words), mutates=operation.mutates)
        raise StoreRefused(words, sorted(codes - {""}))


def _raise_for_status(operation: Operation, answer: Answer) -> None:
    status = answer.status
    if status == 200:
        return
    if status in _SHOP_GONE:
        raise AccessLost("store_disconnected", f"The shop answers {status}: {_SHOP_GONE[status]}.")
    if status == 403:
        raise AccessLost("permission_denied", "The shop answers 403: forbidden.")
    if status == 429:
        raise StoreBusy("the shop answers 429", retry_after_s=retry_after_s(answer.headers))
    if status >= 500 or status < 400:
        raise no_answer(f"the shop answers {status}", mutates=operation.mutates)
    raise StoreRefused([f"the shop answers {status}"])


def _pause_s(parsed: Mapping[str, Any]) -> float:
    """Shopify's own rule: (requested - available) / restore rate, in seconds."""
    cost = (parsed.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    lacking = float(cost.get("requestedQueryCost") or 10) - float(
        status.get("currentlyAvailable") or 0
    )
    return max(lacking, 1.0) / max(float(status.get("restoreRate") or 50), 1.0)
