"""Refused selections are told to the brand, gathered: a publisher that goes wrong does so often.

The first is told at once, those of the same quarter of an hour together when it is over. Where no
brand is known nobody can be told: the publisher has `selection.refused` and `GET /selections/…`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from giftstream.brands import COLLECTION as BRANDS
from giftstream.brands import KnownBrands
from giftstream.clock import now
from giftstream.delivery import NOTHING, Change, Put, Received, insert, replace
from giftstream.events import SelectionRefused
from giftstream.mongo import Document

from notification.mails.kinds import REFUSED
from notification.mails.messages import MESSAGES, Messages
from notification.mails.wordings import Wordings
from notification.telling.notices import Notice
from notification.telling.telling import TellingFacts, message

OF_SELECTIONS = "selection.submitted"
GATHERED = timedelta(minutes=15)
FIRST = timedelta(seconds=5)
MOST_ITEMS = 50
MOST_REASONS = 3
MOST_MAILS = 8
"""So many mails a brand and quarter of an hour; what is refused beyond that is in the events."""


class TellOfRefusal:
    """The use case of `selection.refused`."""

    def __init__(
        self, brands: KnownBrands, messages: Messages, wordings: Wordings, tell_within_s: float
    ) -> None:
        self._brands = brands
        self._messages = messages
        self._wordings = wordings
        self._tell_within = timedelta(seconds=tell_within_s)

    async def facts(self, items: Sequence[Received[SelectionRefused]]) -> TellingFacts:
        """Which brands there are, and the mails that a refusal may be told in."""
        events = [item.event for item in items if item.event is not None]
        brand_ids = {event.brand_id for event in events if event.brand_id is not None}
        facts = TellingFacts(now(), await self._wordings.choices(brand_ids))
        facts.add(BRANDS, await self._brands.named(sorted(brand_ids)))
        ids = {notice.id for event in events for notice in _mails_for(event)}
        await self._messages.read(facts, sorted(ids))
        return facts

    def plan(self, item: Received[SelectionRefused], facts: TellingFacts) -> Change:
        """The refusal in the first mail of its time that has not left yet; never in two."""
        event = item.event
        if event is None or event.brand_id is None or facts.get(BRANDS, event.brand_id) is None:
            return NOTHING
        if event.source.topic != OF_SELECTIONS:
            return NOTHING  # a withdrawal was: its selection stands, and its publisher is told
        if not facts.wants(event.brand_id, REFUSED):
            return NOTHING
        mails = [(notice, facts.get(MESSAGES, notice.id)) for notice in _mails_for(event)]
        if any(mail and _has(mail, event.event_id) for _, mail in mails):
            return NOTHING
        for number, (notice, mail) in enumerate(mails):
            if mail is None:
                return Change.of(insert(MESSAGES, self._new(notice, event, facts.now, number)))
            if _is_open(mail):
                return NOTHING if mail["more"] else Change.of(_added(mail, event))
        return NOTHING

    def _new(
        self, notice: Notice, event: SelectionRefused, moment: datetime, number: int
    ) -> Document:
        soon = moment + FIRST
        due_at = soon if number == 0 else max(soon, _quarter(event.occurred_at) + GATHERED)
        new = message(notice, moment, due_at, self._tell_within)
        return {**new, "items": [_item(event)], "more": False}


def _mails_for(event: SelectionRefused) -> list[Notice]:
    if event.brand_id is None:
        return []
    quarter = _quarter(event.occurred_at)
    return [
        Notice(event.brand_id, event.brand_id, REFUSED, quarter, f"{quarter.isoformat()}/{number}")
        for number in range(MOST_MAILS)
    ]


def _quarter(moment: datetime) -> datetime:
    seconds = int(moment.timestamp()) // int(GATHERED.total_seconds())
    return datetime.fromtimestamp(seconds * GATHERED.total_seconds(), UTC)


def _is_open(mail: Document) -> bool:
    # After an attempt the mail may have been read somewhere: nothing is added to it any more.
    return mail["status"] == "due" and not mail["attempts"] and not mail["ambiguous"]


def _has(mail: Document, event_id: str) -> bool:
    return any(one["event_id"] == event_id for one in mail["items"])


def _added(mail: Document, event: SelectionRefused) -> Put:
    if len(mail["items"]) >= MOST_ITEMS:
        return replace(MESSAGES, mail, {**mail, "more": True})
    return replace(MESSAGES, mail, {**mail, "items": [*mail["items"], _item(event)]})


def _item(event: SelectionRefused) -> dict[str, Any]:
    reasons = [one.model_dump() for one in event.reasons[:MOST_REASONS]]
    return {
        "event_id": event.event_id,
        "selection_id": event.selection_id,
        "reference": event.reference,
        "reasons": reasons,
    }
