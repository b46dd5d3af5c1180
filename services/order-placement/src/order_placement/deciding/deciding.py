"""One decision about one order: read, decide without I/O, write; again when others were faster."""

from collections.abc import Callable, Sequence

from giftstream.delivery import Put, Transient
from giftstream.events import SelectionLine
from giftstream.http.problems import Problem
from giftstream.mongo import Document

from order_placement.deciding.carry_out import CarryOut
from order_placement.deciding.reading_orders import ReadingOrders
from order_placement.intake.facts import IntakeFacts
from order_placement.order_events import ORDERS
from order_placement.orders import Orders

TRIES = 5

Decide = Callable[[Document, IntakeFacts], Sequence[Put]]


class Deciding:
    """What editing, placing, rejecting and cancelling have in common."""

    def __init__(self, orders: Orders, read: ReadingOrders, carry_out: CarryOut) -> None:
        self._orders = orders
        self._read = read
        self._carry_out = carry_out

    async def __call__(
        self,
        order_id: str,
        brand_id: str | None,
        decide: Decide,
        lines: Sequence[SelectionLine] = (),
    ) -> Document:
        """The order as decided. Raises Problem 404, and whatever `decide` raises.

        `brand_id`: whose order it must be; None for those who see every brand.
        """
        for _ in range(TRIES):
            order = await self.find(order_id, brand_id)
            facts = await self._read([order], lines)
            current = facts.get(ORDERS, order_id)
            if current is not None and await self._carry_out(decide(current, facts)):
                return await self.find(order_id, brand_id)
        raise Transient("the order is being written by others all the time")

    async def find(self, order_id: str, brand_id: str | None) -> Document:
        """The order. Raises Problem 404, for another brand's too."""
        found = await self._orders.find(order_id, brand_id)
        if found is None:
            raise Problem(404, "not_found", "There is no such order.")
        return found
