"""May this selection come in? Who wrote it, for whom, and under which campaign."""

from dataclasses import dataclass
from typing import Literal

from giftstream.events import ReasonCode
from giftstream.mongo import Document
from giftstream.signatures import verify

from order_placement.intake.facts import IntakeFacts
from order_placement.intake.submission import Submission, Written


@dataclass(frozen=True, slots=True)
class Admission:
    """`admitted`, signed or not; `refused`; or `waits` for a fact that may still come."""

    outcome: Literal["admitted", "refused", "waits"]
    code: ReasonCode | None = None
    signed: bool = False


_SIGNED, _UNSIGNED = Admission("admitted", signed=True), Admission("admitted")


def _refused(code: ReasonCode) -> Admission:
    return Admission("refused", code)


def _waits(code: ReasonCode) -> Admission:
    return Admission("waits", code)


def admission(item: Submission, facts: IntakeFacts) -> Admission:
    """The same item and facts always give the same answer."""
    brand = facts.get("brands", item.event.brand_id)
    if brand is None:
        return _waits("unknown_brand")
    writer = who_wrote(item, brand, facts)
    if writer.outcome != "admitted":
        return writer
    campaign = facts.get("campaigns", item.event.campaign_id)
    if campaign is None or campaign["brand_id"] != item.event.brand_id:
        return _waits("unknown_campaign")
    stored = facts.get("selections", item.identity)
    if stored is not None and stored["digest"] != item.digest:
        return _refused("selection_conflict")
    return writer


def who_wrote(item: Written, brand: Document, facts: IntakeFacts) -> Admission:
    """Admitted when the brand takes it from this writer; of its campaign nothing is asked here."""
    if item.signature is None:
        if brand["unsigned_selections"] == "refuse":
            return _refused("unsigned_not_accepted")
        return _UNSIGNED
    key = facts.keys.get(item.signature.key_id)
    if key is None:
        return _waits("bad_signature")
    # A publisher of brand A must never be able to order for brand B.
    if key.brand_id != item.event.brand_id:
        return _refused("bad_signature")
    if not verify(key.secret, item.record.value or b"", item.signature):
        return _refused("bad_signature")
    return _SIGNED
