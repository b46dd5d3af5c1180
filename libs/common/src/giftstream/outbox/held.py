"""A document as far as its outbox is concerned."""

from typing import Any, NamedTuple

from giftstream.mongo import Document
from giftstream.outbox.entries import Entry


class Held(NamedTuple):
    """One document and the entries it holds, from the head.

    Not `stored`: the entries are in no document; the record that caused them holds them, since it
    is acknowledged only after they are published. No `document`: only its newest state is wanted.
    """

    collection: str
    id: Any
    document: Document | None
    entries: tuple[Entry, ...]
    stored: bool = True

    @classmethod
    def of(cls, collection: str, document: Document) -> "Held":
        """What a document holds as it was read."""
        return cls(collection, document["_id"], document, tuple(document.get("outbox", ())))

    @property
    def has_state(self) -> bool:
        """Whether a marker for a state topic is among the entries."""
        return any("state" in entry for entry in self.entries)

    @property
    def state_topics(self) -> list[str]:
        """Each state topic among the entries, once."""
        return list(dict.fromkeys(entry["topic"] for entry in self.entries if "state" in entry))

    @property
    def version(self) -> int:
        """Of the document as it is here: 1 of one just inserted, 0 where it was not read."""
        return 0 if self.document is None else int(self.document.get("version", 1))
