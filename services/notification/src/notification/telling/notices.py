"""Which messages an order or a store gives rise to: decided from its state alone, never from
steps between."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from giftstream.identity import derived
from giftstream.mongo import Document

from notification.mails import kinds
from notification.mails.kinds import KINDS, Kind

SHIPPED_STATUSES = frozenset({"fulfilled", "in_transit", "delivered", "partially_returned"})
AT_ONCE = timedelta()


@dataclass(frozen=True, slots=True)
class Notice:
    """One fact that somebody is told once. `about` is the id of the order or store; `revision`
    tells apart facts of one kind; `after` is the message to be sent before this one."""

    about: str
    brand_id: str
    template: str
    at: datetime
    revision: str = "1"
    after: str | None = None

    @property
    def kind(self) -> Kind:
        """What kind of mail tells it."""
        return KINDS[self.template]

    @property
    def id(self) -> str:
        """The message's id: the same fact always gives the same message."""
        return derived(self.about, self.template, self.kind.audience, self.revision)


def notices_of(order: Document) -> list[Notice]:
    """Everything that is worth telling of the order as it now stands, in the order to tell it."""
    if order["status"] in ("cancelled", "rejected"):
        return _called_off(order)
    if order["status"] == "returned":
        return []
    if order["status"] == "on_hold":
        return [*_received(order), _held(order)]
    if order["placed_at"] is None:
        return _received(order)
    return _in_the_store(order)


def has_left(order: Document) -> bool:
    """Whether at least a part of the gift is on its way, or further, and not called off."""
    if order["status"] in ("cancelled", "rejected", "returned"):
        return False
    return order["status"] in SHIPPED_STATUSES or bool(_parcels(order))


def _received(order: Document) -> list[Notice]:
    # Nobody chose a replacement: whoever waits for the first hears when the second is ordered.
    return [] if order.get("replaces") else [_notice(order, kinds.RECEIVED, order["submitted_at"])]


def _in_the_store(order: Document) -> list[Notice]:
    parcels = _parcels(order)
    # That the choice was received is no news any more once the gift has left the store.
    fresh = order["delivered_at"] is None and not has_left(order)
    received = _received(order) if fresh else []
    after = received[0].id if received else None
    placed = _notice(order, kinds.PLACED, order["placed_at"], after=after)
    notices = [*received, placed, _notice(order, kinds.BRAND_PLACED, order["placed_at"])]
    if order["delivered_at"] is None:
        shipped = [_shipped(order, parcel, placed) for parcel in parcels]
        return [*notices, *shipped, *_cancel_refused(order), *_withdrawn_too_late(order)]
    arrived = order["delivered_at"]
    return [
        *notices,
        *_withdrawn_too_late(order),
        _notice(order, kinds.DELIVERED, arrived, after=placed.id),
        _notice(order, kinds.BRAND_DELIVERED, arrived),
    ]


def _parcels(order: Document) -> list[Document]:
    return [one for one in order["shipments"] if one["status"] not in ("cancelled", "delivered")]


def _shipped(order: Document, parcel: Document, placed: Notice) -> Notice:
    # A number that comes later, or is corrected, is worth a second mail; a new status is not.
    fact = revision_of([parcel.get("shipment_id") or "", parcel["tracking_number"] or ""])
    at = parcel.get("shipped_at") or order["changed_at"]
    return _notice(order, kinds.SHIPPED, at, fact, after=placed.id)


def _cancel_refused(order: Document) -> list[Notice]:
    # Another answer of the store is another fact; the same one again is not.
    return [
        _notice(order, kinds.CANCEL_REFUSED, order["changed_at"], revision_of([one["detail"]]))
        for one in order["reasons"]
        if one["code"] == "cancel_refused"
    ]


def _withdrawn_too_late(order: Document) -> list[Notice]:
    codes = {one["code"] for one in order["reasons"]}
    if "withdrawn_too_late" not in codes:
        return []
    return [_notice(order, kinds.WITHDRAWN_TOO_LATE, order["changed_at"])]


def _called_off(order: Document) -> list[Notice]:
    if order["status"] == "rejected":
        return [_notice(order, kinds.REJECTED, order["changed_at"])]
    told = [_notice(order, kinds.CANCELLED, order["changed_at"])]
    if order["store_order"] is not None:
        told.append(_notice(order, kinds.CANCELLED_IN_STORE, order["changed_at"]))
    return told


def _held(order: Document) -> Notice:
    # One mail a set of reasons, however often the order is held for it: steps between are not
    # seen, so counting them would count differently after each outage.
    codes = revision_of([reason["code"] for reason in order["reasons"]])
    return _notice(order, kinds.HELD, order["changed_at"], codes)


def _notice(
    order: Document, template: str, at: datetime, revision: str = "1", after: str | None = None
) -> Notice:
    return Notice(order["_id"], order["brand_id"], template, at, revision, after)


def notices_of_store(store: Document) -> list[Notice]:
    """That the store was lost: once each time it happens, and again when it becomes another kind
    of trouble; not for each permission that turns out to be missing too."""
    since = store.get("lost_since")
    if since is None:
        return []
    codes = revision_of([reason["code"] for reason in store["reasons"]])
    revision = f"{since}/{codes}"
    return [
        Notice(store["_id"], store["brand_id"], kinds.STORE_LOST, store["changed_at"], revision)
    ]


def revision_of(codes: Sequence[str]) -> str:
    """The same set of words gives the same revision, in whatever order they stand."""
    return hashlib.sha256(",".join(sorted(set(codes))).encode()).hexdigest()[:16]
