"""What placing or the store called off gives back what it claimed of the creator's allowance.

The end and the mark are one write; so a crash in between leaves the mark to be found again.
"""

from order_placement.deciding.carry_out import CarryOut
from order_placement.deciding.reading_orders import ReadingOrders
from order_placement.intake.claiming import release
from order_placement.orders import Orders


class GiveBack:
    """One run gives back for everything that is marked."""

    def __init__(self, orders: Orders, read: ReadingOrders, carry_out: CarryOut) -> None:
        self._orders = orders
        self._read = read
        self._carry_out = carry_out

    async def __call__(self) -> int:
        """How many orders were done; what others wrote meanwhile is left for the next run."""
        found = await self._orders.giving_back()
        if not found:
            return 0
        facts = await self._read(found)
        puts = []
        for order in found:
            for put in release(facts, order):
                facts.fold(put)
                puts.append(put)
        if not await self._carry_out(puts):
            return 0
        await self._orders.gave_back([one["_id"] for one in found])
        return len(found)
