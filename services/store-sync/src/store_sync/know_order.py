"""order.created → an order that is followed from now on."""

from collections.abc import Sequence

from giftstream.clock import now
from giftstream.delivery import NOTHING, Change, Facts, Received, insert
from giftstream.events import OrderCreated
from giftstream.mongo import Document

from store_sync.followed_orders import COLLECTION, FollowedOrders


class KnowOrder:
    """Inserted once and due at once, so that nothing that happened before is missed."""

    def __init__(self, orders: FollowedOrders) -> None:
        self._orders = orders

    async def facts(self, items: Sequence[Received[OrderCreated]]) -> Facts:
        """Which of them we follow already."""
        facts = Facts()
        ids = [item.event.order_id for item in items if item.event is not None]
        await facts.read(COLLECTION, self._orders.read(ids))
        return facts

    def plan(self, item: Received[OrderCreated], facts: Facts) -> Change:
        """The first order.created stands; a repeat is nothing new."""
        created = item.event
        if created is None or created.store_id is None:
            return NOTHING
        if facts.get(COLLECTION, created.order_id) is not None:
            return NOTHING
        return Change.of(insert(COLLECTION, _document(created)))


def _document(created: OrderCreated) -> Document:
    return {
        "_id": created.order_id,
        "brand_id": created.brand_id,
        "campaign_id": created.campaign_id,
        "creator_id": created.creator_id,
        "selection_id": created.selection_id,
        "store_id": created.store_id,
        "reference": created.reference,
        "store_order": created.store_order.model_dump(),
        "ordered": [
            {"variant_ref": line.variant_ref, "sku": line.sku, "quantity": line.quantity}
            for line in created.lines
        ],
        "charged": created.charged.model_dump() if created.charged else None,
        "placed_at": created.placed_at or created.occurred_at,
        "observation": 0,
        "seen": None,
        "observations": [],
        "address": None,
        "absences": 0,
        "verified_at": None,
        "stable_since": None,
        "hint": "poll",
        "lease": None,
        "due_at": now(),
    }
