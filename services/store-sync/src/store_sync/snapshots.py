"""From what a store shows to one snapshot, and what it means that the next one differs.

Pure functions: the same reading always gives the same snapshot and the same events.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

from giftstream.events import Difference, Shipment, ShipmentLine, StoreStatus
from pydantic import BaseModel, ConfigDict

from store_sync.seen import SeenOrder, SeenParcel

Progress = Literal["pending", "partially_fulfilled", "fulfilled", "in_transit", "delivered"]
RANK: Mapping[str, int] = {
    "pending": 0,
    "partially_fulfilled": 1,
    "fulfilled": 2,
    "in_transit": 3,
    "delivered": 4,
}
MOVING = frozenset(
    {"carrier_picked_up", "in_transit", "out_for_delivery", "attempted_delivery", "delayed"}
)
CALLED_BACK = "cancelled"


class KnownLine(BaseModel):
    """Which variant a line stands for: the store forgets it when the product is deleted."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    line_ref: str
    variant_ref: str | None
    quantity: int


class Snapshot(BaseModel):
    """An order as the store showed it at one reading."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    store_status: StoreStatus = "pending"
    progress: Progress = "pending"
    shipments: tuple[Shipment, ...] = ()
    cancelled_at: datetime | None = None
    returned_lines: tuple[ShipmentLine, ...] = ()
    differences: tuple[Difference, ...] = ()
    lines: tuple[KnownLine, ...] = ()
    updated_at: datetime | None = None

    def visible(self) -> dict[str, object]:
        """What others are told; the store's own time of change is not."""
        return self.model_dump(exclude={"lines", "updated_at"})


class OrderedLine(BaseModel):
    """A line as it was ordered."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    variant_ref: str | None
    sku: str | None = None
    quantity: int


def snapshot_of(
    seen: SeenOrder,
    ordered: Sequence[OrderedLine],
    before: Snapshot,
    *,
    others: Sequence[Difference] = (),
) -> Snapshot:
    """One reading in our words; `others` are differences that the lines do not show."""
    lines = tuple(_known_lines(seen, ordered, before))
    variants = {line.line_ref: line.variant_ref for line in lines}
    progress = _progress(seen)
    returned = _returned(seen)
    return Snapshot(
        store_status=_status(seen, progress, returned),
        progress=progress,
        shipments=tuple(_shipment(parcel, variants) for parcel in seen.parcels),
        cancelled_at=seen.cancelled_at,
        returned_lines=_by_variant(returned, variants),
        differences=(*_line_differences(seen, ordered, variants, returned), *others),
        lines=lines,
        updated_at=seen.updated_at,
    )


def gone(before: Snapshot, at: datetime) -> Snapshot:
    """The store has no such order any more: cancelled, its parcels stay as they were seen."""
    found = Difference(field="order", found="deleted")
    return before.model_copy(
        update={
            "store_status": "cancelled",
            "cancelled_at": before.cancelled_at or at,
            "differences": (found,),
        }
    )


def _known_lines(
    seen: SeenOrder, ordered: Sequence[OrderedLine], before: Snapshot
) -> Iterator[KnownLine]:
    remembered = {line.line_ref: line.variant_ref for line in before.lines}
    by_sku: dict[str | None, str | None] = {
        line.sku: line.variant_ref for line in ordered if line.sku
    }
    for line in seen.lines:
        variant = line.variant_ref or remembered.get(line.line_ref) or by_sku.get(line.sku)
        yield KnownLine(line_ref=line.line_ref, variant_ref=variant, quantity=line.current)


def _progress(seen: SeenOrder) -> Progress:
    if seen.fulfilment != "fulfilled":
        return seen.fulfilment
    live = [parcel.status for parcel in seen.parcels if parcel.live]
    if live and all(status == "delivered" for status in live):
        return "delivered"
    if any(status in MOVING or status == "delivered" for status in live):
        return "in_transit"
    return "fulfilled"


def _shipped(seen: SeenOrder) -> Counter[str]:
    shipped: Counter[str] = Counter()
    for parcel in seen.parcels:
        if parcel.live:
            shipped.update(dict(parcel.lines))
    return shipped


def _returned(seen: SeenOrder) -> dict[str, int]:
    # What was taken out before it was sent is an edit; only what had left can come back.
    shipped = _shipped(seen)
    returned = {ref: min(count, shipped[ref]) for ref, count in seen.restocked.items()}
    return {ref: count for ref, count in returned.items() if count > 0}


def _status(seen: SeenOrder, progress: Progress, returned: Mapping[str, int]) -> StoreStatus:
    if seen.cancelled_at is not None:
        return "cancelled"
    if not returned:
        return "returned" if seen.came_back else progress
    left = sum(_shipped(seen).values()) - sum(returned.values())
    return "partially_returned" if left > 0 else "returned"


def _shipment(parcel: SeenParcel, variants: Mapping[str, str | None]) -> Shipment:
    return Shipment(
        shipment_id=parcel.shipment_id,
        lines=_by_variant(dict(parcel.lines), variants),
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        tracking_url=parcel.tracking_url,
        status=parcel.status if parcel.live else CALLED_BACK,
        shipped_at=parcel.shipped_at,
        delivered_at=parcel.delivered_at,
    )


def _by_variant(
    counts: Mapping[str, int], variants: Mapping[str, str | None]
) -> tuple[ShipmentLine, ...]:
    summed: Counter[str | None] = Counter()
    for line_ref, count in counts.items():
        summed[variants.get(line_ref)] += count
    known = sorted(summed.items(), key=lambda item: item[0] or "")
    return tuple(ShipmentLine(variant_ref=ref, quantity=n) for ref, n in known if n > 0)


def _line_differences(
    seen: SeenOrder,
    ordered: Sequence[OrderedLine],
    variants: Mapping[str, str | None],
    returned: Mapping[str, int],
) -> Iterator[Difference]:
    if seen.cancelled_at is not None:
        return
    wanted: Counter[str | None] = Counter()
    for one in ordered:
        wanted[one.variant_ref] += one.quantity
    found: Counter[str | None] = Counter()
    for line in seen.lines:
        # A return lowers what is current; it is told as a return, not as an edit.
        found[variants[line.line_ref]] += line.current + returned.get(line.line_ref, 0)
    for ref in sorted({*wanted, *found}, key=lambda ref: ref or ""):
        if wanted[ref] != found[ref]:
            yield Difference(
                field=f"lines.{ref or 'unknown'}.quantity",
                ordered=str(wanted[ref]),
                found=str(found[ref]),
            )
