"""A creator's selection is taken, counted and told: written first, so that a crash loses nothing.

begin (claiming) -> claim the allowance -> submitted, with the event in its outbox
                 -> no room: dropped, and nothing was ever said of it
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from giftstream.clock import now
from giftstream.events import Recipient, SelectionLine, SelectionSubmitted, encode
from giftstream.identity import event_identity, selection_identity
from giftstream.mongo import Document
from giftstream.sealing import Sealing

from campaign.campaigns.kinds import GIFTING
from campaign.refusals import conflict, conflicts_with
from campaign.selections.choose_products import Chosen
from campaign.selections.finish_selection import FinishSelection
from campaign.selections.join_campaign import JoinCampaign
from campaign.selections.look_up_products import LookUpProducts
from campaign.selections.selections import CLAIMING, Selections


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


class SubmitSelection:
    """Takes a selection once; the same again gives the same answer."""

    def __init__(
        self,
        selections: Selections,
        look_up: LookUpProducts,
        join: JoinCampaign,
        finish: FinishSelection,
        sealing: Sealing,
        *,
        again_after_s: float,
    ) -> None:
        self._selections = selections
        self._look_up = look_up
        self._join = join
        self._finish = finish
        self._sealing = sealing
        self._again_after = timedelta(seconds=again_after_s)

    async def __call__(self, campaign: Document, draft: Draft) -> Document:
        """The selection as stored. Refused with the reason when the campaign takes none, a line
        cannot be given, the allowance leaves no room, or the id stands for another selection."""
        selection = selection_identity(campaign["brand_id"], draft.selection_id)
        digest = _digest(campaign, draft)
        stored = await self._selections.stored(campaign["brand_id"], selection)
        if stored is None:
            _check_campaign(campaign)
            chosen = await self._look_up(campaign, draft.lines, draft.recipient)
            participation = await self._join(campaign, draft.creator_id)
            begun = self._begun(campaign, draft, chosen, participation["_id"], digest)
            stored = await self._selections.begin(begun)
        if stored["digest"] != digest:
            raise conflicts_with("selection_conflict")
        if stored["status"] != CLAIMING:
            return stored
        finished = await self._finish(stored)
        if isinstance(finished, str):
            raise conflicts_with(finished)
        return finished

    def _begun(
        self,
        campaign: Document,
        draft: Draft,
        chosen: Chosen,
        participation_id: str,
        digest: str,
    ) -> Document:
        brand_id = campaign["brand_id"]
        selection = selection_identity(brand_id, draft.selection_id)
        moment = now()
        event = SelectionSubmitted(
            event_id=event_identity(selection, SelectionSubmitted.topic, 1),
            occurred_at=draft.occurred_at or moment,
            selection_id=draft.selection_id,
            brand_id=brand_id,
            campaign_id=campaign["_id"],
            creator_id=draft.creator_id,
            recipient=draft.recipient,
            lines=tuple(draft.lines),
            reference=draft.reference,
            note=draft.note,
        )
        body = encode(event)
        if len(body) > MAX_BODY_BYTES:
            raise conflict("selection_too_large", "A selection may have 256 KiB.")
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
            "digest": digest,
            "body": self._sealing.seal(body, brand=brand_id, document=selection, field="body"),
            "status": CLAIMING,
            "reasons": [],
            "submitted_at": None,
            "created_at": moment,
            "due_at": moment + self._again_after,
        }


MAX_BODY_BYTES = 250 * 1024


def _check_campaign(campaign: Document) -> None:
    if campaign["type"] not in GIFTING:
        raise conflicts_with("campaign_not_gifting")
    if campaign["status"] != "published":
        raise conflicts_with("campaign_closed")


def _digest(campaign: Document, draft: Draft) -> str:
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
