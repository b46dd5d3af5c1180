"""A budget given to a campaign that runs counts what was given away before, too."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from giftstream.clock import now
from giftstream.delivery import Put, Transient, together
from giftstream.mongo import Document

from order_placement.budgets import Budgets
from order_placement.deciding.carry_out import CarryOut
from order_placement.deciding.reading_orders import ReadingOrders
from order_placement.intake.allowances import Wanted
from order_placement.intake.budgets import has_budget, spend
from order_placement.intake.facts import IntakeFacts
from order_placement.order_events import ORDERS
from order_placement.orders import NOT_ACCEPTED, Orders
from order_placement.rules.judging import OF_LIMITS

# Longer than a copy of a campaign without its new budget is used for by any batch under way.
AFTER = timedelta(seconds=2)
TRIES = 5


class CountBudget:
    """Once for each time that a budget is given; a crash goes on where it was."""

    def __init__(
        self, budgets: Budgets, orders: Orders, read: ReadingOrders, carry_out: CarryOut
    ) -> None:
        self._budgets = budgets
        self._orders = orders
        self._read = read
        self._carry_out = carry_out

    async def __call__(self, campaign: Document | None) -> bool:
        """Whether nothing was left to count; until then the campaign's new orders are held."""
        if campaign is None or not has_budget(campaign):
            return True
        since = await self._budgets.uncounted_since(campaign)
        if since is None:
            return True
        if now() - since > AFTER:
            async for page in self._orders.accepted_of(campaign["_id"]):
                await self._page(campaign, page)
                await asyncio.sleep(0)
            await self._budgets.counted(campaign["_id"], since)
        return False

    async def _page(self, campaign: Document, orders: Sequence[Document]) -> None:
        for _ in range(TRIES):
            facts = await self._read(orders)
            changes = []
            for one in orders:
                puts = counted(facts, campaign, one["_id"])
                for put in puts:
                    facts.fold(put)
                changes.append(puts)
            if await self._carry_out(*changes):
                return
        raise Transient("the orders are being written by others all the time")


def counted(facts: IntakeFacts, campaign: Document, order_id: str) -> Sequence[Put]:
    """What an accepted order takes, whatever the budget says."""
    order = facts.get(ORDERS, order_id)
    if order is None or order["status"] in NOT_ACCEPTED or order["store_id"] is None:
        return ()
    wanted = [Wanted(order_id, order["lines"])]
    taken = spend(facts, campaign, order["selection"], wanted, OF_LIMITS)
    return together(campaign["_id"], taken.puts)
