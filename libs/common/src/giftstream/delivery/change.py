"""What a plan decides: documents to put, each with the events it causes."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from giftstream.mongo import Document
from giftstream.outbox.entries import Entry, state_entry

DocumentKey = tuple[str, Any]


class How(Enum):
    """The condition under which a put takes effect."""

    INSERT = "insert"
    REPLACE = "replace"
    NEWEST = "newest"
    REMOVE = "remove"
    TELL = "tell"
    ADD = "add"


class Put(NamedTuple):
    """One document as it shall be, and the condition under which it may be written."""

    how: How
    collection: str
    document: Document
    before: Document | None = None
    number: str = "version"
    outbox: tuple[Entry, ...] = ()
    by_record: bool = False
    together: str | None = None
    room: Mapping[str, int] | None = None

    @property
    def key(self) -> DocumentKey:
        """Which document this is."""
        return self.collection, self.document["_id"]


class Change(NamedTuple):
    """All that follows from one record. No puts: nothing to do, which is a good answer.

    With `park` the record itself becomes a dead letter of that reason, once its puts stand.
    """

    puts: tuple[Put, ...] = ()
    park: str | None = None

    @classmethod
    def of(cls, *puts: Put, park: str | None = None) -> "Change":
        """A change of these documents."""
        return cls(puts, park)


NOTHING = Change()


def insert(collection: str, document: Document, outbox: Sequence[Entry] = ()) -> Put:
    """Insert-only: when the document exists by then, the first stands and the record is planned
    again against it."""
    return Put(How.INSERT, collection, document, outbox=tuple(outbox))


def insert_told_by_record(collection: str, document: Document, topic: str) -> Put:
    """As `insert`, telling its state on `topic`, with the record itself as the outbox: it is not
    acknowledged before that is published, and who finds the document there when the record comes
    again must `tell` it. Spares a new document the write that would take its marker out."""
    return Put(How.INSERT, collection, document, None, "version", _told(topic), True)


def tell(collection: str, document_id: Any, topic: str) -> Put:
    """Writes nothing: the document's newest state is published before the record is acknowledged,
    since whoever inserted it may have died in between."""
    return Put(How.TELL, collection, {"_id": document_id}, None, "version", _told(topic), True)


@cache
def _told(topic: str) -> tuple[Entry, ...]:
    # In no document and never pulled, so one marker does for all.
    return (state_entry(topic),)


def replace(
    collection: str, before: Document, after: Document, outbox: Sequence[Entry] = ()
) -> Put:
    """Compare-and-set on `before`'s `version`; only changed top-level fields are written. When
    somebody wrote meanwhile the record is planned again with fresh facts."""
    return Put(How.REPLACE, collection, after, before=before, outbox=tuple(outbox))


def keep_newest(collection: str, document: Document, number: str = "revision") -> Put:
    """Read models of state topics: written unless the stored `number` is as new."""
    return Put(How.NEWEST, collection, document, number=number)


def remove(collection: str, document_id: Any) -> Put:
    """A tombstone's effect on a read model: the document goes."""
    return Put(How.REMOVE, collection, {"_id": document_id})


def add(
    collection: str,
    before: Document | None,
    after: Document,
    numbers: str,
    room: Mapping[str, int],
) -> Put:
    """Counts the numbers in the field `numbers` up or down by how `after` differs from `before`,
    whoever else counts meanwhile; the first makes the document.

    `room`: how much others may have added to each number that grows, else it is planned again.
    """
    return Put(How.ADD, collection, after, before=before, number=numbers, room=room)


def together(group: str, puts: Iterable[Put]) -> tuple[Put, ...]:
    """All of these or none, with all others of the same group in one transaction.

    Costs more than a put alone, and one that was written by others meanwhile stops the group.
    """
    return tuple(put._replace(together=group) for put in puts)
