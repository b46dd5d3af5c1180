"""A mail with a made-up order, so that a brand sees its words before a creator does."""

from giftstream.events import ReasonCode
from giftstream.mongo import Document
from giftstream.reasons import sentence

from notification.mails.kinds import (
    CANCEL_REFUSED,
    CANCELLED,
    HELD,
    KINDS,
    REJECTED,
    WITHDRAWN_TOO_LATE,
)
from notification.mails.placeholders import Wording, wrongs_of
from notification.mails.texts import Written, own_wording, write
from notification.mails.words import Names, words_of

SAMPLE_ID = "00000000-0000-5000-8000-000000001001"
_NEVER_IN_STORE = {HELD, CANCELLED, REJECTED}
_REASONS: dict[str, tuple[ReasonCode, str]] = {
    **dict.fromkeys(_NEVER_IN_STORE, ("out_of_stock", "")),
    CANCEL_REFUSED: ("cancel_refused", "The order is being packed."),
    WITHDRAWN_TOO_LATE: ("withdrawn_too_late", "It was chosen by mistake."),
}


def preview(template: str, wording: Wording, brand: str) -> Written:
    """The mail as it would be for this brand."""
    kind = KINDS[template]
    if wrongs_of(wording, kind.about):
        wording = own_wording(template)  # as when it is sent
    creator = kind.audience == "creator"
    names = Names(brand=brand, store="Sample store", person="Sam Sample" if creator else None)
    subject = {"order": _order(template), "store": _STORE, "refusals": _REFUSALS}[kind.about]
    writer = brand if creator else "giftstream"
    return write(template, wording, words_of(kind, subject, names), writer)


def _order(template: str) -> Document:
    parcel = {
        "status": "in_transit",
        "carrier": "Sample Post",
        "tracking_number": "SP123456789",
        "tracking_url": "https://tracking.example.com/SP123456789",
        "lines": [],
    }
    return {
        "_id": SAMPLE_ID,
        "selection_id": "sample-selection",
        "reference": "sample-1001",
        "store_order": None if template in _NEVER_IN_STORE else {"number": "#1001", "id": "1001"},
        "lines": [{"title": "T-shirt, blue, M", "sku": "TEE-M", "quantity": 1}],
        "shipments": [parcel],
        "reasons": [_reason(*_REASONS[template])] if template in _REASONS else [],
    }


def _reason(code: ReasonCode, words: str) -> Document:
    return {"code": code, "detail": f"{sentence(code)} Their words: {words}" if words else ""}


_STORE: Document = {
    "_id": "sample-store",
    "reasons": [{"code": "permission_denied", "detail": "Missing permission: write_orders."}],
}
_REFUSALS: Document = {
    "items": [
        {
            "selection_id": "sample-selection",
            "reference": "sample-1001",
            "reasons": [{"code": "unknown_campaign", "detail": "", "path": None}],
        }
    ],
    "more": False,
}
