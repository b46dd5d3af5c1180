"""Why there is no gift, for the creator: what it means for them, not what the brand must repair."""

from giftstream.reasons import REASONS

from notification.mails.plain import plain

_GONE = "A product that you chose is not available any more."
_LIMIT = "The campaign has given all that it can give."
_ADDRESS = "There was no complete address to send it to."

_SENTENCES = {
    "campaign_not_gifting": "The campaign does not give gifts any more.",
    "campaign_closed": "The campaign has ended.",
    "product_not_imported": _GONE,
    "ambiguous_product": _GONE,
    "product_deleted": _GONE,
    "variant_unavailable": _GONE,
    "out_of_stock": _GONE,
    "no_store_for_country": "The gift cannot be sent to your country.",
    "shipping_method_missing": "The gift cannot be sent to your country.",
    "missing_address": _ADDRESS,
    "invalid_address": _ADDRESS,
    "missing_phone": "The store needs a phone number to send it, and there was none.",
    "allowance_exceeded": "It was more than the campaign gives to one creator.",
    "duplicate_order": "You have already got what the campaign gives to one creator.",
    "campaign_budget_exceeded": _LIMIT,
}
_DECIDED = {
    "rejected_by_person": "",
    "cancelled_by_person": "",
    "cancelled_in_store": "",
    "selection_withdrawn": "The choice was taken back by whoever sent it.",
}
"""Of what somebody decided their own words are told; else this, or nothing beyond the mail."""

_STORE = "It could not be ordered in the store."


def creator_reason(code: str, detail: str) -> str:
    """A sentence for the creator, empty where there is nothing to say beyond the mail itself.
    What a person decided, and a code that is not ours, bring that person's own words."""
    if code in _DECIDED:
        own = detail if detail != plain(REASONS[code].sentence) else ""  # type: ignore[index]  # all four are in the table
        return own or _DECIDED[code]
    if code in _SENTENCES:
        return _SENTENCES[code]
    return _STORE if code in REASONS or not detail else detail
