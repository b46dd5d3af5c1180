"""Which events the step from one snapshot to the next means. The store is the truth: a status may
also fall, and that is told as an edit."""

from collections import Counter
from collections.abc import Iterator

from giftstream.events import (
    Difference,
    Observation,
    OrderCancelled,
    OrderDelivered,
    OrderEdited,
    OrderFulfilled,
    OrderReturned,
    OrderShipmentUpdated,
)

from store_sync.snapshots import CALLED_BACK, RANK, Snapshot


def events_between(before: Snapshot, now: Snapshot) -> tuple[type[Observation], ...]:
    """What is to be published; empty exactly when nothing visible differs."""
    if before.visible() == now.visible():
        return ()
    kinds = tuple(_kinds(before, now))
    # Every difference becomes an event, also one that no rule has a name for.
    return kinds or (OrderEdited,)


def told_differences(before: Snapshot, now: Snapshot) -> tuple[Difference, ...]:
    """What differs from the order as it was ordered, and a status that fell since."""
    if not _fell(before, now):
        return now.differences
    fallen = Difference(field="status", ordered=before.store_status, found=now.store_status)
    return (*now.differences, fallen)


def _kinds(before: Snapshot, now: Snapshot) -> Iterator[type[Observation]]:
    fulfilled = _sent_more(before, now)
    if fulfilled:
        yield OrderFulfilled
    if _parcels_moved(before, now, fulfilled=fulfilled):
        yield OrderShipmentUpdated
    if now.progress == "delivered" and before.progress != "delivered":
        yield OrderDelivered
    if now.cancelled_at is not None and before.cancelled_at is None:
        yield OrderCancelled
    if _came_back(before, now):
        yield OrderReturned
    if now.differences != before.differences or _fell(before, now):
        yield OrderEdited


def _sent(snapshot: Snapshot) -> Counter[str | None]:
    sent: Counter[str | None] = Counter()
    for shipment in snapshot.shipments:
        if shipment.status != CALLED_BACK:
            for line in shipment.lines:
                sent[line.variant_ref] += line.quantity
    return sent


def _sent_more(before: Snapshot, now: Snapshot) -> bool:
    # A digital line is fulfilled without any parcel that lists it.
    whole = RANK[before.progress] < RANK["fulfilled"] <= RANK[now.progress]
    return whole or bool(_sent(now) - _sent(before))


def _parcels_moved(before: Snapshot, now: Snapshot, *, fulfilled: bool) -> bool:
    known = {shipment.shipment_id: shipment for shipment in before.shipments}
    new = [shipment for shipment in now.shipments if shipment.shipment_id not in known]
    moved = any(
        shipment != known[shipment.shipment_id]
        for shipment in now.shipments
        if shipment.shipment_id in known
    )
    return moved or (bool(new) and not fulfilled)


def _came_back(before: Snapshot, now: Snapshot) -> bool:
    if now.store_status not in ("returned", "partially_returned"):
        return False
    return (now.store_status, now.returned_lines) != (before.store_status, before.returned_lines)


def _fell(before: Snapshot, now: Snapshot) -> bool:
    returned = ("returned", "partially_returned")
    un_returned = before.store_status in returned and now.store_status not in (
        *returned,
        "cancelled",
    )
    un_cancelled = before.cancelled_at is not None and now.cancelled_at is None
    return RANK[now.progress] < RANK[before.progress] or un_returned or un_cancelled
