"""Orders that wait for a fact go on when it comes: their campaign was marked, they are judged."""

import asyncio
from collections.abc import Sequence

import structlog
from giftstream.mongo import Document

from order_placement.count_budget import CountBudget
from order_placement.deciding.carry_out import CarryOut
from order_placement.deciding.edits import is_open
from order_placement.deciding.judge_order import JudgeOrder
from order_placement.deciding.reading_orders import ReadingOrders
from order_placement.order_events import ORDERS
from order_placement.orders import Orders
from order_placement.rechecks import Because, Rechecks

log = structlog.get_logger()

TRIES = 3

MAY_HAVE_ENDED: dict[Because, tuple[str, ...]] = {
    "campaign": (),
    "catalog": ("out_of_stock",),  # restocked: the lane reads the live stock again
    "store": ("shipping_method_missing",),
}
"""Reasons that only placing finds, which such a change may have removed: it looks again."""


class RejudgeOrders:
    """One run works through the campaigns that are marked."""

    def __init__(
        self,
        orders: Orders,
        rechecks: Rechecks,
        read: ReadingOrders,
        judge: JudgeOrder,
        carry_out: CarryOut,
        count_budget: CountBudget,
    ) -> None:
        self._orders = orders
        self._rechecks = rechecks
        self._read = read
        self._judge = judge
        self._carry_out = carry_out
        self._count_budget = count_budget

    async def __call__(self) -> int:
        """How many campaigns were done."""
        due = await self._rechecks.due()
        for recheck in due:
            campaign = await self._rechecks.campaign(recheck["_id"])
            if not await self._count_budget(campaign):
                # Judged by a sum that is not complete, they would be held for no reason.
                await self._rechecks.again(recheck)
                continue
            await self._campaign(recheck)
            # Only now: after a crash in between the mark is still there.
            await self._rechecks.done(recheck)
        return len(due)

    async def _campaign(self, recheck: Document) -> None:
        cleared = [code for one in recheck["because"] for code in MAY_HAVE_ENDED[one]]
        async for page in self._orders.waiting_of(recheck["_id"]):
            await self.again(page, cleared)
            await asyncio.sleep(0)

    async def again(self, orders: Sequence[Document], cleared: Sequence[str] = ()) -> None:
        """Judge these; `cleared`: reasons found by placing that may have ended."""
        for _ in range(TRIES):
            facts = await self._read(orders)
            changes = []
            for one in orders:
                current = facts.get(ORDERS, one["_id"])
                if current is None or not is_open(current):
                    continue
                puts = self._judge(one["_id"], facts, cleared=cleared).puts
                for put in puts:
                    facts.fold(put)
                changes.append(puts)
            if await self._carry_out(*changes):
                return
            orders = await self._orders.still_waiting([one["_id"] for one in orders])
        log.warning("orders.busy", count=len(orders))
