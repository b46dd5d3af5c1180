"""What the compare-and-sets of placing ask and write, piece by piece."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from giftstream.clock import now
from giftstream.events import Reason, StoreOrder
from giftstream.mongo import Document

from order_placement.called_off import requested
from order_placement.placing.gift_order import GiftOrder, Phase

IN_THE_STORE = [
    "placed",
    "partially_fulfilled",
    "fulfilled",
    "in_transit",
    "delivered",
    "partially_returned",
    "returned",
]
CLAIMABLE = ["approved", "placing", *IN_THE_STORE]
"""Those in the store are due again only when a cancel was noted; the store says whether it is too
late for that."""

FINISHED = ["rejected", "cancelled"]
"""Nobody places these any more."""

PERMITTED = {"$currentDate": {"placing.permitted_at": True}}
"""The server's clock: whoever takes over compares with the same one."""

WITHOUT_TRACE = {"$unset": {"placing.failures": ""}}
"""It came further: what failed before does not slow it down any more."""


def quietly(fields: Mapping[str, Any], **more: Mapping[str, Any]) -> Document:
    """An update that others need not see: no sequence, no event."""
    update: Document = {"$inc": {"version": 1}, **more}
    if fields:
        update["$set"] = dict(fields)
    return update


def fence(order: GiftOrder, phase: Phase | None) -> Document:
    """Ours, in this phase, with this handle. `attempts` counts claims: no earlier claim of the
    same order can write, even under the same epoch."""
    return {
        "placing.epoch": order.placing["epoch"],
        "placing.attempts": order.placing["attempts"],
        "placing.phase": phase,
        "placing.handle": order.handle,
    }


def claim_fields(order: GiftOrder) -> Document:
    """Where a claim takes an order to; `due_at` stays, so that a crash leaves it due at once."""
    if order.phase is None or (order.phase == "held" and order.handle is None):
        return {"placing.phase": "intent"}
    if order.phase == "held":
        return {"placing.phase": "committing"}
    return {}


def dropping(order: GiftOrder, update: Document, phase: Phase = "held") -> Document:
    """The update, and that no handle is stored any more.

    The one that was joins `discarded` before it is removed (rule 5); added to the set rather than
    written as a list, because a sweep may add another one at the same moment.
    """
    update["$set"] |= {"placing.phase": phase, "placing.handle": None}
    if order.handle is not None:
        update["$addToSet"] = {"placing.discarded": order.handle}
    return update


def because(reasons: Sequence[Reason]) -> Document:
    """The reasons, and that the outcome is known."""
    return {
        "reasons": [one.model_dump() for one in reasons],
        "placing.unknown_since": None,
    }


def unknown_fields(order: GiftOrder, reason: Reason, due_at: datetime) -> Document:
    """Placing, without an answer since the first time it was so."""
    return {
        "status": "placing",
        "reasons": [reason.model_dump()],
        "due_at": due_at,
        "placing.unknown_since": order.unknown_since or now(),
    }


def as_placed(order: GiftOrder, store_order: StoreOrder) -> Document:
    """An order that exists in the store. A cancel noted meanwhile makes it due at once."""
    placed_at = now()
    return {
        "status": "placed",
        "reasons": requested(order.cancel_requested),
        "store_order": store_order.model_dump(),
        "placed_at": placed_at,
        "sequence": order.document["sequence"] + 1,
        "due_at": placed_at if order.cancel_requested else None,
        "placing.phase": "placed",
        "placing.unknown_since": None,
    }


def long_since_permission(waited_s: float) -> Document:
    """So long after the last permission, by the server's clock alone."""
    waited = {"$subtract": ["$$NOW", "$placing.permitted_at"]}
    return {"$expr": {"$gte": [waited, int(waited_s * 1000)]}}
