"""Puts that change one order by a person's word."""

from typing import Any

from giftstream.delivery import Put, replace
from giftstream.http.problems import Problem
from giftstream.mongo import Document
from giftstream.outbox import state_entry

from order_placement.intake.facts import IntakeFacts
from order_placement.order_events import CHANGED, ORDERS


def changed(order: Document, facts: IntakeFacts, **fields: Any) -> Put:
    """The order with these fields, told to everybody."""
    after = {**order, **fields, "sequence": order["sequence"] + 1, "changed_at": facts.now}
    return replace(ORDERS, order, after, [state_entry(CHANGED)])


def too_late(order: Document, verb: str) -> Problem:
    """Why the order cannot be changed in this way any more."""
    status = order["status"]
    if status == "placing":
        detail = f"The order is being placed in the store, so it cannot be {verb}."
    elif status in ("rejected", "cancelled"):
        detail = f"The order is {status}, so it cannot be {verb}."
    elif order["placing"]["handle"] is not None and order["store_order"] is None:
        detail = (
            f"The store refused the order and may still have its draft, so it cannot be {verb}; "
            "place it again, or cancel it."
        )
    else:
        detail = f"The order is {status} in the store, so it cannot be {verb} here."
    return Problem(409, "too_late", detail)
