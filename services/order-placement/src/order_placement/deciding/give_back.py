"""What placing or the store called off gives back what it claimed.

The end and the mark are one write; so a crash in between leaves the mark to be found again.
"""

from giftstream.delivery import Put, replace
from giftstream.mongo import Document

from order_placement.deciding.carry_out import CarryOut
from order_placement.deciding.reading_orders import ReadingOrders
from order_placement.intake.claiming import release
from order_placement.intake.facts import IntakeFacts
from order_placement.order_events import ORDERS
from order_placement.orders import GIVES_BACK, Orders

GIVEN_UP = frozenset({"cancelled", "rejected"})


class GiveBack:
    """Driven by the mark that was set with the status: once, whoever crashed in between."""

    def __init__(self, orders: Orders, read: ReadingOrders, carry_out: CarryOut) -> None:
        self._orders = orders
        self._read = read
        self._carry_out = carry_out

    async def __call__(self) -> int:
        """How many orders were looked at; what others wrote meanwhile is left to the next run."""
        orders = await self._orders.giving_back()
        if not orders:
            return 0
        facts = await self._read(orders)
        changes = []
        for one in orders:
            current = facts.get(ORDERS, one["_id"])
            if current is None or not current.get(GIVES_BACK):
                continue
            changes.append(given_back(facts, current))
            for put in changes[-1]:
                facts.fold(put)
        await self._carry_out(*changes)
        return len(changes)


def given_back(facts: IntakeFacts, order: Document) -> tuple[Put, ...]:
    """The claim and the mark go in one transaction. The store may have revived it: then it keeps
    what it claimed."""
    unmarked = {name: value for name, value in order.items() if name != GIVES_BACK}
    done = replace(ORDERS, order, unmarked)
    return release(facts, order, done) if order["status"] in GIVEN_UP else (done,)
