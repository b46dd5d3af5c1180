"""A mail with a made-up order, so that a brand sees its words before a creator does."""

from giftstream.mongo import Document

from notification.mails.kinds import CANCELLED, HELD, KINDS, REJECTED
from notification.mails.placeholders import Wording, wrongs_of
from notification.mails.texts import Written, own_wording, write
from notification.mails.words import Names, words_of

SAMPLE_ID = "00000000-0000-5000-8000-000000001001"
_NEEDS_REASONS = {HELD, CANCELLED, REJECTED}


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
    reasons = [{"code": "out_of_stock", "detail": ""}] if template in _NEEDS_REASONS else []
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
        "store_order": None if template in _NEEDS_REASONS else {"number": "#1001", "id": "1001"},
        "lines": [{"title": "T-shirt, blue, M", "sku": "TEE-M", "quantity": 1}],
        "shipments": [parcel],
        "reasons": reasons,
    }


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
