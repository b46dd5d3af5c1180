"""A named person takes an order back, wherever it is."""

from giftstream.delivery import Put
from giftstream.events import ReasonCode
from giftstream.mongo import Document

from order_placement.called_off import cancelled, request, requested
from order_placement.deciding.decided import changed, too_late
from order_placement.deciding.deciding import Deciding
from order_placement.deciding.edits import is_open
from order_placement.intake.claiming import release
from order_placement.intake.facts import IntakeFacts

CODE: ReasonCode = "cancelled_by_person"
IN_THE_STORE = frozenset({"placed", "partially_fulfilled"})
"""The lane cancels these in the store; what has left the house comes back as a return."""


class CancelOrder:
    """At once while nothing is in the store; else noted, and done when the outcome is known."""

    def __init__(self, deciding: Deciding) -> None:
        self._deciding = deciding

    async def __call__(
        self, order_id: str, brand_id: str | None, by: str, reason: str | None = None
    ) -> Document:
        """The order, cancelled or with the cancel noted. Raises Problem 409 when it is too late."""

        def decide(order: Document, facts: IntakeFacts) -> tuple[Put, ...]:
            if order["status"] == "cancelled" or order["placing"]["cancel_requested"]:
                return ()
            asked = request(CODE, by, facts.now, reason)
            if is_open(order):
                fields = {"status": "cancelled", "due_at": None, "reasons": cancelled(asked)}
                put = changed(order, facts, cancelled=asked, **fields)
                return release(facts, order, put)
            return (changed(order, facts, **noted(order, asked, facts)),)

        return await self._deciding(order_id, brand_id, decide)


def noted(order: Document, asked: Document, facts: IntakeFacts) -> Document:
    """What the order's document becomes while its cancel waits. Raises Problem 409 when it is too
    late for one."""
    placing = {**order["placing"], "cancel_requested": asked}
    fields: Document = {"placing": placing, "due_at": order["due_at"] or facts.now}
    if order["status"] == "placing":
        return fields
    if order["status"] in IN_THE_STORE:
        return {**fields, "reasons": requested(asked)}
    if placing["handle"] is not None and order["store_order"] is None:
        # The store refused to commit it and may have it still: placing reads it, then removes it.
        return {**fields, "status": "placing", "reasons": []}
    raise too_late(order, "cancelled")
