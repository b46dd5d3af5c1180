"""What store-sync saw in the store becomes the order's state. The store is the truth."""

from collections.abc import Sequence

from giftstream.clock import now
from giftstream.delivery import NOTHING, Change, Facts, Poison, Received, replace
from giftstream.events import Observation
from giftstream.mongo import Database, Document
from giftstream.outbox import state_entry

from order_placement.called_off import cancelled, said
from order_placement.order_events import CHANGED, ORDERS
from order_placement.orders import GIVES_BACK
from order_placement.store_statuses import placed_status

NOT_IN_THE_STORE = frozenset({"pending_review", "approved", "on_hold", "rejected", "placing"})


class ApplyObservation:
    """The use case of all six topics of store-sync."""

    def __init__(self, database: Database) -> None:
        self._orders = database[ORDERS]

    async def facts(self, received: Sequence[Received[Observation]]) -> Facts:
        """The orders that these are about."""
        ids = sorted({one.event.order_id for one in received if one.event})
        facts = Facts()
        await facts.read(ORDERS, self._orders.find({"_id": {"$in": ids}}))
        return facts

    def plan(self, received: Received[Observation], facts: Facts) -> Change:
        """A higher observation wins, and may lower the status; a smaller one changes nothing."""
        seen = received.event
        if seen is None:
            return NOTHING
        order = facts.get(ORDERS, seen.order_id)
        if order is None or order["brand_id"] != seen.brand_id:
            raise Poison("unknown_order")
        if seen.observation <= order["observation"]:
            return NOTHING
        after = {**order, **_seen(order, seen), "sequence": order["sequence"] + 1}
        # A webhook may be faster than the store's answer to us: what was seen is kept, but only
        # placing itself may say that the order is placed.
        if order["status"] not in NOT_IN_THE_STORE:
            after["status"] = placed_status(after)
            after |= _called_off(order, after)
        after["changed_at"] = now()
        return Change.of(replace(ORDERS, order, after, [state_entry(CHANGED)]))


def _seen(order: Document, seen: Observation) -> Document:
    shipments = [one.model_dump() for one in seen.shipments]
    return {
        "observation": seen.observation,
        "store_status": seen.store_status,
        "shipments": shipments,
        "returned_lines": [one.model_dump() for one in seen.returned_lines],
        "difference": [one.model_dump() for one in seen.difference],
        "verified_at": seen.observed_at,
        "delivered_at": _delivered_at(order, seen),
    }


def _called_off(order: Document, after: Document) -> Document:
    """Why it was cancelled, where it just was: a person's words, or that the store did it."""
    was, is_now = (one["status"] == "cancelled" for one in (order, after))
    if was == is_now:
        return {}
    if was:
        return {"reasons": []}
    asked = order["placing"]["cancel_requested"]
    reasons = cancelled(asked) if asked else said("cancelled_in_store")
    # Due it could only be for this very cancel.
    return {"cancelled": asked, "reasons": reasons, "due_at": None, GIVES_BACK: True}


def _delivered_at(order: Document, seen: Observation) -> object:
    if seen.store_status != "delivered":
        return order["delivered_at"] if seen.store_status.endswith("returned") else None
    times = [one.delivered_at for one in seen.shipments if one.delivered_at]
    return max(times) if times else order["delivered_at"] or seen.observed_at
