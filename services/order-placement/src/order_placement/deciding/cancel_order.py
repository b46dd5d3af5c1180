"""A named person takes an order back, wherever it is."""

from giftstream.delivery import Put
from giftstream.mongo import Document

from order_placement.deciding.decided import changed, too_late
from order_placement.deciding.deciding import Deciding
from order_placement.deciding.edits import is_open
from order_placement.intake.claiming import release
from order_placement.intake.facts import IntakeFacts

IN_THE_STORE = frozenset({"placed", "partially_fulfilled"})
"""The lane cancels these in the store; what has left the house comes back as a return."""


class CancelOrder:
    """At once while nothing is in the store; else noted, and done when the outcome is known."""

    def __init__(self, deciding: Deciding) -> None:
        self._deciding = deciding

    async def __call__(self, order_id: str, brand_id: str | None, by: str) -> Document:
        """The order, cancelled or with the cancel noted. Raises Problem 409 when it is too late."""

        def decide(order: Document, facts: IntakeFacts) -> tuple[Put, ...]:
            if order["status"] == "cancelled" or order["placing"]["cancel_requested"]:
                return ()
            if is_open(order):
                put = changed(order, facts, status="cancelled", due_at=None, reasons=[])
                return (*release(facts, order), put)
            return (changed(order, facts, **_noted(order, by, facts)),)

        return await self._deciding(order_id, brand_id, decide)


def _noted(order: Document, by: str, facts: IntakeFacts) -> Document:
    placing = {**order["placing"], "cancel_requested": {"by": by, "at": facts.now}}
    fields: Document = {"placing": placing, "due_at": order["due_at"] or facts.now}
    if order["status"] == "placing" or order["status"] in IN_THE_STORE:
        return fields
    if placing["handle"] is not None and order["store_order"] is None:
        # The store refused to commit it and may have it still: placing reads it, then removes it.
        return {**fields, "status": "placing", "reasons": []}
    raise too_late(order, "cancelled")
