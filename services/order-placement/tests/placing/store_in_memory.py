"""A store of the draft kind: it commits a handle once, and shows what really happened."""

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any, Literal

from collection_in_memory import no_breath
from giftstream.events import StoreOrder
from giftstream_platforms.failures import (
    AccessLost,
    OutcomeUnknown,
    StoreBusy,
    StoreRefused,
    StoreUnreachable,
)
from order_placement.store import HandleState, MarkedHandle, Stock, Wanted, order_of

Fault = Literal[
    "lost_before", "lost_after", "late", "busy", "unreachable", "refused", "access_lost"
]


@dataclass
class StoreInMemory:
    """`faults` are used up from the left; `late` calls are done when they `arrive`."""

    drafts: dict[str, HandleState] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    faults: dict[str, list[Fault | None]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    stocked: dict[str, Stock] = field(default_factory=dict)
    rates: list[str] = field(default_factory=lambda: ["Standard"])
    off_by: int = 0
    looks_until_ready: int = 0
    search_is_late: bool = False
    under_way: list[tuple[str, Any]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1000))
    breath: Callable[[], Awaitable[None]] = no_breath
    answered_at: float = field(default=0.0, compare=False)

    def live(self, mark: str) -> list[str]:
        """The store orders of a mark that count."""
        made = [one for one in self.drafts.values() if one.mark == mark and one.store_order]
        return [one.store_order.id for one in made if one.store_order.id not in self.cancelled]

    def open(self, mark: str) -> list[str]:
        return [h for h, one in self.drafts.items() if one.mark == mark and one.status == "open"]

    def arrive(self) -> None:
        """Calls that the network held back reach the store."""
        while self.under_way:
            self.arrive_one(0)

    def arrive_one(self, index: int) -> None:
        """One of them, whichever. What the store would refuse by then does nothing."""
        operation, what = self.under_way.pop(index)
        if operation == "prepare":
            self._make(what)
        elif operation == "cancel":
            self.cancelled.append(what.id)
        elif what in self.drafts and self.drafts[what].status == "open":
            if operation == "commit":
                self._complete(what)
            else:
                del self.drafts[what]

    def deleted_by_hand(self, handle: str) -> None:
        del self.drafts[handle]

    async def stock(self, variant_refs: Sequence[str]) -> Mapping[str, Stock]:
        await self._before("stock")
        return {ref: self.stocked.get(ref, Stock(100)) for ref in variant_refs}

    async def shipping_options(self, wanted: Wanted) -> list[str]:
        await self._before("shipping_options")
        return self.rates

    async def prepare(self, wanted: Wanted) -> HandleState:
        fault = await self._before("prepare", wanted)
        made = self._make(wanted)
        self._after(fault)
        return made

    async def read(self, handle: str) -> HandleState:
        await self._before("read")
        found = self.drafts.get(handle)
        if found is None:
            return HandleState(handle, "gone")
        if not found.ready:
            self.looks_until_ready -= 1
            found = self.drafts[handle] = replace(found, ready=self.looks_until_ready <= 0)
        return found

    async def commit(self, handle: str) -> HandleState:
        fault = await self._before("commit", handle)
        found = self.drafts.get(handle)
        if found is None:
            raise StoreRefused(["Draft order does not exist"])
        if found.status == "committed":
            raise StoreRefused(["This order has been paid"])
        self._complete(handle)
        self._after(fault)
        return self.drafts[handle]

    async def discard(self, handle: str) -> None:
        fault = await self._before("discard", handle)
        found = self.drafts.get(handle)
        if found is not None and found.status == "committed":
            raise StoreRefused(["Completed draft orders can not be deleted"])
        self.drafts.pop(handle, None)
        self._after(fault)

    async def open_handles(self, mark: str) -> list[str]:
        await self._before("open_handles")
        return [] if self.search_is_late else self.open(mark)

    async def open_marked(self, created_before: datetime) -> list[MarkedHandle]:
        await self._before("open_marked")
        return [self._marked(one) for one in self.drafts.values() if one.status == "open"]

    async def cancel(self, store_order: StoreOrder) -> None:
        fault = await self._before("cancel", store_order)
        if store_order.id not in self.cancelled:
            self.cancelled.append(store_order.id)
        self._after(fault)

    def _make(self, wanted: Wanted) -> HandleState:
        handle = str(next(self.numbers))
        self.drafts[handle] = HandleState(
            handle,
            "open",
            ready=self.looks_until_ready == 0,
            total=self.off_by,
            lines=wanted.lines,
            shipping_method=wanted.shipping_method,
            mark=wanted.mark,
            content=wanted.content,
        )
        return self.drafts[handle]

    def _complete(self, handle: str) -> None:
        order = StoreOrder(platform="shopify", id=f"9{handle}", number=f"#{handle}")
        state = replace(self.drafts[handle], status="committed", store_order=order)
        self.drafts[handle] = state

    async def _before(self, operation: str, what: Any = None) -> Fault | None:
        await self.breath()
        self.calls.append(operation)
        waiting = self.faults.get(operation)
        fault = waiting.pop(0) if waiting else None
        if fault == "late":
            assert what is not None, "a call that only reads comes too late for nothing"
            self.under_way.append((operation, what))
        failures: dict[Fault | None, Exception] = {
            "lost_before": OutcomeUnknown("cut before it arrived"),
            "late": OutcomeUnknown("not arrived yet"),
            "busy": StoreBusy("throttled", retry_after_s=0.0),
            "unreachable": StoreUnreachable("no connection"),
            "refused": StoreRefused(["The shop said no."]),
            "access_lost": AccessLost("permission_denied", "no", ("write_draft_orders",)),
        }
        if fault in (None, "refused"):
            self.answered_at = time.monotonic()
        if fault in failures:
            raise failures[fault]
        return fault

    def _after(self, fault: Fault | None) -> None:
        if fault == "lost_after":
            raise OutcomeUnknown("done, but the answer was cut")

    def _marked(self, state: HandleState) -> MarkedHandle:
        return MarkedHandle(state.handle, order_of(state.mark or "") or "")
