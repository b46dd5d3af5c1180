"""One sentence for people for each reason, used by API, console and mails alike."""

from dataclasses import dataclass
from typing import Literal

from giftstream.events import Reason, ReasonCode

Effect = Literal["refuses", "holds", "waits", "ends", "notes"]
"""`refuses`: no order is made. `holds`: the order is on hold. `waits`: it goes on by itself, or
as soon as a person says so, and its status stays. `ends`: the order is over. `notes`: the order
goes on, with something that people should know of it."""


@dataclass(frozen=True)
class ReasonText:
    """What a reason means to people, and who or what releases it."""

    sentence: str
    released_by: str
    effect: Effect


def _refuses(sentence: str, released_by: str) -> ReasonText:
    return ReasonText(sentence, released_by, "refuses")


def _holds(sentence: str, released_by: str) -> ReasonText:
    return ReasonText(sentence, released_by, "holds")


def _waits(sentence: str, released_by: str) -> ReasonText:
    return ReasonText(sentence, released_by, "waits")


def _ends(sentence: str) -> ReasonText:
    return ReasonText(sentence, "nothing: it is over", "ends")


def _notes(sentence: str, released_by: str) -> ReasonText:
    return ReasonText(sentence, released_by, "notes")


_PUBLISHER = "the publisher sends it anew"

REASONS: dict[ReasonCode, ReasonText] = {
    "invalid_selection": _refuses(
        "The selection is not complete or not well-formed; correct it and send it again.",
        _PUBLISHER,
    ),
    "bad_signature": _refuses(
        "The signature does not match; sign the exact bytes with the publisher's key.", _PUBLISHER
    ),
    "unsigned_not_accepted": _refuses(
        "This brand takes signed selections only; sign it with one of its publisher keys.",
        _PUBLISHER,
    ),
    "unknown_brand": _refuses(
        "There is no such brand here; check brand_id, or create the brand and send it again.",
        _PUBLISHER,
    ),
    "unknown_campaign": _refuses(
        "The brand has no such campaign; check campaign_id, or create it and send it again.",
        _PUBLISHER,
    ),
    "selection_conflict": _refuses(
        "Another selection came first under this id; send the changed one under a new id.",
        "another selection_id",
    ),
    "campaign_not_gifting": _holds(
        "The campaign gives no gifts; change its type, or reject the order.", "campaign changed"
    ),
    "campaign_closed": _holds(
        "The campaign is not open; open it again, or reject the order.", "campaign changed"
    ),
    "product_not_imported": _holds(
        "A product is not in the campaign's catalog; import it, or edit the lines.",
        "import, or lines edited",
    ),
    "ambiguous_product": _holds(
        "A SKU stands for several variants of the store; edit the line to name the variant.",
        "import, or lines edited",
    ),
    "product_deleted": _holds(
        "A product no longer exists in the store; edit the lines, or bring the product back.",
        "lines edited, product back",
    ),
    "variant_unavailable": _holds(
        "A variant cannot be ordered in the store now; edit the lines, or make it available.",
        "lines edited, product back",
    ),
    "no_store_for_country": _holds(
        "No store of the campaign sends to the recipient's country; connect one, change its "
        "countries, or edit the address.",
        "store connected, routing changed, address edited",
    ),
    "missing_email": _holds("The recipient has no email address; add one.", "recipient edited"),
    "missing_address": _holds(
        "The recipient's address is not complete; complete it.", "recipient edited"
    ),
    "invalid_address": _holds(
        "The recipient's address cannot be right as it stands; correct it.", "recipient edited"
    ),
    "missing_phone": _holds(
        "The recipient has no phone number and the store asks for one; add it.", "recipient edited"
    ),
    "allowance_exceeded": _holds(
        "This is more than the campaign allows a creator; approve it all the same, or reject it.",
        "a person approves or rejects",
    ),
    "duplicate_order": _holds(
        "The creator has all the orders that the campaign allows; approve one more, or reject it.",
        "a person approves or rejects",
    ),
    "campaign_budget_exceeded": _holds(
        "The campaign's budget is used up; approve it as an exception, or reject it.",
        "a person approves or rejects",
    ),
    "needs_review": _waits("A person has to look at this order; place or reject it.", "place"),
    "out_of_stock": _holds(
        "The store has too few of a product; restock it, edit the lines, or override where the "
        "store can take the order all the same.",
        "restock, lines edited, or override by a person",
    ),
    "shipping_method_missing": _holds(
        "The store has no shipping method for this country; set one for the store.",
        "the store's setting",
    ),
    "integration_missing": _waits(
        "The store is not connected; connect it and the order goes on by itself.", "store connected"
    ),
    "store_disconnected": _waits(
        "The store does not accept our access any more; connect it again and the order goes on.",
        "store reconnected",
    ),
    "permission_denied": _waits(
        "The store does not permit what the order needs; grant the permission and it goes on.",
        "permission granted in the store",
    ),
    "store_rejected": _holds(
        "The store refused the order; see its words, edit the order and place it again.",
        "edited and placed again",
    ),
    "total_not_zero": _holds(
        "The store would charge for this gift; change what adds a cost there and place it again.",
        "the store's setting",
    ),
    "store_unreachable": _waits(
        "The store does not answer; the order goes on as soon as it does.", "by itself"
    ),
    "webhooks_missing": _waits(
        "The store refuses to call us when something changes, so that changes are seen minutes "
        "late; check the public address for webhooks.",
        "by itself, once the store accepts the address",
    ),
    "outcome_unknown": _waits(
        "The store's answer was lost; the order is read there to see what became of it.",
        "by itself",
    ),
    "lane_paused": _waits(
        "A person paused placing in this store; resume its lane and the order goes on.",
        "lane resumed by a person",
    ),
    "rejected_by_person": _ends("A person rejected the order; a gift needs a new selection."),
    "cancelled_by_person": _ends("A person cancelled the order; a gift needs a new selection."),
    "cancelled_in_store": _ends(
        "The order was cancelled in the store; a gift needs a new selection."
    ),
    "selection_withdrawn": _ends(
        "Who sent the selection has withdrawn it; a gift needs a new selection."
    ),
    "cancel_requested": _notes(
        "The order is to be cancelled; the store is asked as soon as it answers.", "by itself"
    ),
    "cancel_refused": _notes(
        "The store did not cancel the order; see its words, and cancel it again or in the store.",
        "cancelled again, or in the store",
    ),
    "withdrawn_too_late": _notes(
        "The selection was withdrawn after its order was in the store; cancel it if the gift "
        "shall not be sent.",
        "a person cancels, or lets it go on",
    ),
}
"""Every reason there is."""


def sentence(code: ReasonCode) -> str:
    """What the reason says to people, and what to do."""
    return REASONS[code].sentence


def reason(code: ReasonCode, detail: str | None = None, path: str | None = None) -> Reason:
    """The reason as events and answers carry it; the standard sentence unless there is a better."""
    return Reason(code=code, detail=sentence(code) if detail is None else detail, path=path)
