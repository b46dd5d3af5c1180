"""A real service of the smallest kind, run as a process and killed by the delivery tests.

Each record adds `amount` to its key's document, which tells `counted` of each and `total` of the
newest state. Amounts add up, so a lost or doubled effect shows in the sum. A record of NOTED
becomes a document of its own, told by the record alone.
"""

import os
from collections.abc import Sequence
from typing import ClassVar

from giftstream.delivery import (
    NOTHING,
    Change,
    Facts,
    Poison,
    Received,
    insert,
    insert_told_by_record,
    replace,
    tell,
)
from giftstream.events import Event
from giftstream.identity import event_identity
from giftstream.mongo import Database, Document
from giftstream.outbox import event_entry, state_entry
from giftstream.service import Service
from giftstream.settings import ServiceSettings, load, service_config

SUFFIX = os.environ.get("COUNTING_SUFFIX", "x")
NOTED = 16


class Moved(Event):
    """One step of one key; steps are numbered per key."""

    topic: ClassVar[str] = f"test.moved.{SUFFIX}"
    name: str
    number: int
    amount: int

    def key(self) -> str:
        return self.name


class Counted(Moved):
    """A step was counted."""

    topic: ClassVar[str] = f"test.counted.{SUFFIX}"


class TotalChanged(Moved):
    """The newest total of a key."""

    topic: ClassVar[str] = f"test.total_changed.{SUFFIX}"


class NoteChanged(Moved):
    """The newest state of a note."""

    topic: ClassVar[str] = f"test.note_changed.{SUFFIX}"


class CountSteps:
    """Adds each numbered step to its key's document once."""

    def __init__(self, database: Database) -> None:
        self._counts, self._notes = database["counts"], database["notes"]

    async def facts(self, items: Sequence[Received[Moved]]) -> Facts:
        facts = Facts()
        names = sorted({item.event.name for item in items if item.event})
        await facts.read("counts", self._counts.find({"_id": {"$in": names}}))
        noted = [_note_id(one.event) for one in items if one.event and one.event.amount == NOTED]
        await facts.read("notes", self._notes.find({"_id": {"$in": noted}}))
        return facts

    def plan(self, item: Received[Moved], facts: Facts) -> Change:
        step = item.event
        assert step is not None
        if step.amount == 13:
            raise ZeroDivisionError("a bug in the plan")
        if step.amount == 14:
            raise Poison("unlucky")
        if step.amount == 15:
            return Change.of(insert("counts", {"_id": step.event_id, "big": 2**70}))
        if step.amount == NOTED:
            return _note(step, facts)
        before = facts.get("counts", step.name)
        if before is None:
            fresh = {"_id": step.name, "total": step.amount, "last": step.number}
            return Change.of(insert("counts", fresh, _told(step, fresh)))
        if step.number <= before["last"]:
            return NOTHING
        after = {**before, "total": before["total"] + step.amount, "last": step.number}
        return Change.of(replace("counts", before, after, _told(step, after)))


def _note_id(step: Moved) -> str:
    return f"{step.name}-{step.number}"


def _note(step: Moved, facts: Facts) -> Change:
    noted = facts.get("notes", _note_id(step))
    if noted is None:
        note = {"_id": _note_id(step), "total": step.amount, "last": 1}
        return Change.of(insert_told_by_record("notes", note, NoteChanged.topic))
    if noted.get("version") == 1:
        return Change.of(tell("notes", noted["_id"], NoteChanged.topic))
    return NOTHING


def _told(step: Moved, after: Document) -> list[Document]:
    counted = Counted(
        event_id=event_identity(step.name, Counted.topic, step.number),
        occurred_at=step.occurred_at,
        name=step.name,
        number=step.number,
        amount=after["total"],
    )
    return [event_entry(counted, source="counting"), state_entry(TotalChanged.topic)]


def render(document: Document) -> TotalChanged:
    """The newest total."""
    return TotalChanged(
        event_id=event_identity(document["_id"], TotalChanged.topic, document["last"]),
        occurred_at="2026-01-01T00:00:00Z",
        name=document["_id"],
        number=document["last"],
        amount=document["total"],
    )


def render_note(document: Document) -> NoteChanged:
    """The newest state of a note."""
    return NoteChanged(**render(document).model_dump())


class Settings(ServiceSettings):
    """Its port alone."""

    model_config = service_config("COUNTING")
    port: int = 0


def create_service(settings: Settings) -> Service:
    """Wiring."""
    service = Service(f"counting-{SUFFIX}", settings)
    service.on(Moved, CountSteps(service.database))
    service.outbox.renders("counts", TotalChanged.topic, render)
    service.outbox.renders("notes", NoteChanged.topic, render_note)
    return service


if __name__ == "__main__":
    create_service(load(Settings)).run()
