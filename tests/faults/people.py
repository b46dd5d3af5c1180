"""What persons and merchants do meanwhile, in time or not: cancel, edit, place, delete."""

import asyncio
import random
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import Any

import httpx
from support.brands import Brand
from support.invariants.ledger import inert, last_kinds, ledger_of

THINKS_S = 0.7
WAITING = ("on_hold", "pending_review")
MOST = 200


async def place_what_waits(brand: Brand) -> int:
    """A person places whatever is held or to be reviewed; how many there were."""
    waiting = [
        order["order_id"]
        for status in WAITING
        for order in (
            await brand.stack.orders.get(
                "/orders", brand_id=brand.brand_id, status=status, limit=MOST
            )
        )["items"]
    ]
    if waiting:
        await brand.stack.orders.post("/orders/place", {"order_ids": waiting, "by": "a person"})
    return len(waiting)


class People:
    """One person of each brand and one merchant of each store, drawn from the seed. Whoever finds
    nobody answering tries something else later."""

    def __init__(self, seed: int, brands: Sequence[Brand]) -> None:
        self._drawing = random.Random(f"{seed} people")
        self._brands = brands

    async def act(self) -> None:
        """For ever; cancel it when the faults are over."""
        async with asyncio.TaskGroup() as group:
            for brand in self._brands:
                group.create_task(self._acts(brand))

    async def _acts(self, brand: Brand) -> None:
        while True:
            await asyncio.sleep(self._drawing.uniform(0, 2 * THINKS_S))
            await _perhaps(
                self._drawing.choice(
                    (
                        self._cancels,
                        self._edits,
                        place_what_waits,
                        self._merchant_cancels,
                        self._merchant_deletes_a_draft,
                    )
                )(brand)
            )

    async def _cancels(self, brand: Brand) -> None:
        if order := await self._a_new_order(brand):
            await brand.stack.orders.call("POST", f"/orders/{order['order_id']}/cancel")

    async def _edits(self, brand: Brand) -> None:
        if order := await self._a_new_order(brand):
            path = f"/orders/{order['order_id']}"
            etag = (await brand.stack.orders.call("GET", path)).headers.get("ETag", "")
            body = {"recipient": {"address": {"line2": f"Door {self._drawing.randint(1, 99)}"}}}
            await brand.stack.orders.call("PATCH", path, json=body, headers={"If-Match": etag})

    async def _merchant_cancels(self, brand: Brand) -> None:
        last = last_kinds(await ledger_of(brand.stack, brand.store))
        if live := [mark for mark, kind in last.items() if kind == "committed"]:
            path = f"/_merchant/{brand.store}/orders/{self._drawing.choice(live)}/cancel"
            await brand.stack.simulator.call("POST", path, json={})

    async def _merchant_deletes_a_draft(self, brand: Brand) -> None:
        if drafts := inert(await ledger_of(brand.stack, brand.store), set()):
            path = f"/_merchant/{brand.store}/drafts/{self._drawing.choice(sorted(drafts))}"
            await brand.stack.simulator.call("DELETE", path)

    async def _a_new_order(self, brand: Brand) -> dict[str, Any] | None:
        found = await brand.stack.orders.get("/orders", brand_id=brand.brand_id, limit=10)
        orders = [one for one in found["items"] if one["status"] not in ("delivered", "cancelled")]
        return self._drawing.choice(orders) if orders else None


async def _perhaps(deed: Awaitable[object]) -> None:
    with suppress(httpx.HTTPError, AssertionError):
        await deed
