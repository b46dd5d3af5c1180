"""Where a coroutine of placing stops: before each call to its store, its orders or its lease."""

from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """What the coroutine is about to do. Whoever drives it does that, and sends the answer."""

    where: str
    name: str
    args: tuple[Any, ...] = ()

    def __await__(self) -> Generator["Call", Any, Any]:
        return (yield self)


class StoreOfCalls:
    """order_placement.store.Store."""

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def called(*args: Any) -> Any:
            return await Call("store", name, args)

        return called


class OrdersOfCalls:
    """The collection `orders`, as placing and people use it."""

    async def find_one(self, query: Document) -> Document | None:
        found: Document | None = await Call("orders", "find_one", (query,))
        return found

    async def find_one_and_update(
        self, query: Document, update: Document, **_: Any
    ) -> Document | None:
        after: Document | None = await Call("orders", "update", (query, update))
        return after

    async def update_one(self, query: Document, update: Document) -> SimpleNamespace:
        after = await Call("orders", "update", (query, update))
        return SimpleNamespace(matched_count=int(after is not None))

    async def replace(self, after: Document) -> bool:
        """A person's decision, on the version that it was made of."""
        return await Call("orders", "replace", (after,)) is not None


class LeaseOfCalls:
    """placing.lease.Lease: long enough, or only after a renewal that may not come."""

    def __init__(self, epoch: int, *, short: bool) -> None:
        self.epoch = epoch
        self.left_s = -1.0 if short else 3600.0

    async def covers(self, deadline_s: float, *, wait_s: float) -> bool:
        if self.left_s < deadline_s and await Call("lease", "covers"):
            self.left_s = 3600.0
        return self.left_s > deadline_s
