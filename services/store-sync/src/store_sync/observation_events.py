"""An observation as the events that tell of it: snapshots with every id."""

from collections.abc import Sequence
from datetime import datetime

from giftstream.events import Difference, Observation
from giftstream.identity import event_identity
from giftstream.mongo import Document

from store_sync.snapshots import Snapshot

ABOUT = ("brand_id", "campaign_id", "creator_id", "selection_id", "store_id", "reference")


def observation_event(
    kind: type[Observation],
    order: Document,
    number: int,
    seen: Snapshot,
    difference: Sequence[Difference],
    observed_at: datetime,
) -> Observation:
    """The same order, number and kind always give the same event."""
    return kind(
        event_id=event_identity(order["_id"], kind.topic, number),
        occurred_at=observed_at,
        order_id=order["_id"],
        **{name: order[name] for name in ABOUT},
        observation=number,
        store_status=seen.store_status,
        store_order=order["store_order"],
        shipments=seen.shipments,
        cancelled_at=seen.cancelled_at,
        returned_lines=seen.returned_lines,
        difference=tuple(difference),
        observed_at=observed_at,
        source="webhook" if order["hint"] == "webhook" else "poll",
    )
