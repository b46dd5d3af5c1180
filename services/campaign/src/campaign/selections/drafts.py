"""A selection as it was asked for, and as it is written down before anything is decided."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from giftstream.clock import now
from giftstream.events import Recipient, SelectionLine, SelectionSubmitted, encode
from giftstream.identity import event_identity, selection_identity
from giftstream.mongo import Document
from giftstream.sealing import Sealing

from campaign.selections.choose_products import Chosen
from campaign.selections.selections import CLAIMING


@dataclass(frozen=True)
class Draft:
    """A selection as it was asked for."""

    selection_id: str
    creator_id: str
    lines: Sequence[SelectionLine]
    recipient: Recipient | None
    note: str | None = None
    reference: str | None = None
    occurred_at: datetime | None = None


def begun_selection(
    sealing: Sealing, campaign: Document, draft: Draft, chosen: Chosen, participation_id: str
) -> Document:
    """The selection's document; what it says of people is sealed, and so is the note."""
    event = _event(campaign, draft)
    brand_id: str = campaign["brand_id"]
    selection = selection_identity(brand_id, draft.selection_id)
    return {
        "_id": selection,
        "version": 1,
        "outbox": [],
        "brand_id": brand_id,
        "selection_id": draft.selection_id,
        "campaign_id": campaign["_id"],
        "creator_id": draft.creator_id,
        "participation_id": participation_id,
        "reference": draft.reference,
        "lines": [line.model_dump(exclude_none=True) for line in draft.lines],
        "items": chosen.items,
        "value": chosen.value,
        "digest": digest_of(campaign, draft),
        "body": sealing.seal(encode(event), brand=brand_id, document=selection, field="body"),
        "status": CLAIMING,
        "reasons": [],
        "submitted_at": None,
        "created_at": now(),
    }


def _event(campaign: Document, draft: Draft) -> SelectionSubmitted:
    """What will be published: the same bytes however often the submission is finished."""
    selection = selection_identity(campaign["brand_id"], draft.selection_id)
    return SelectionSubmitted(
        event_id=event_identity(selection, SelectionSubmitted.topic, 1),
        occurred_at=draft.occurred_at or now(),
        selection_id=draft.selection_id,
        brand_id=campaign["brand_id"],
        campaign_id=campaign["_id"],
        creator_id=draft.creator_id,
        recipient=draft.recipient,
        lines=tuple(draft.lines),
        reference=draft.reference,
        note=draft.note,
    )


def digest_of(campaign: Document, draft: Draft) -> str:
    """The same for the same wish; not of its time and event id, which a repeat may not repeat."""
    recipient = None if draft.recipient is None else draft.recipient.model_dump()
    content = [
        campaign["_id"],
        draft.creator_id,
        [line.model_dump() for line in draft.lines],
        recipient,
        draft.note,
        draft.reference,
    ]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
