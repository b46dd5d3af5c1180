"""Many puts of one document in one batch become one write of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from giftstream.delivery.change import DocumentKey, How, Put
from giftstream.mongo import (
    DeleteOne,
    Document,
    InsertOne,
    ReplaceOne,
    UpdateOne,
    WriteOperation,
)
from giftstream.outbox import Entry, Held, require_room

# The engine's own fields: everything else belongs to the plans.
OWN = frozenset({"_id", "version", "outbox"})


@dataclass(slots=True)
class Write:
    """One write of one document, folded from one put or several."""

    first: Put
    last: Put
    outbox: tuple[Entry, ...]
    by_record: bool = False
    together: str | None = None

    @property
    def key(self) -> DocumentKey:
        """Which document this is."""
        return self.first.key

    def operation(self) -> WriteOperation:
        """The driver's operation. Raises Transient when the outbox has no room."""
        match self.first.how:
            case How.INSERT:
                return InsertOne(self.inserted())
            case How.REPLACE:
                return self._compare_and_set()
            case How.NEWEST:
                number = self.last.number
                query = {
                    "_id": self.last.document["_id"],
                    number: {"$lt": self.last.document[number]},
                }
                return ReplaceOne(query, self.last.document, upsert=True)
            case How.REMOVE:
                return DeleteOne({"_id": self.first.document["_id"]})
            case How.ADD:
                return self._addition()
            case How.TELL:
                raise AssertionError("telling writes nothing")

    def held(self) -> Held | None:
        """What is to be published once this write stands."""
        if not self.outbox:
            return None
        if self.by_record:
            told = None if self.first.how is How.TELL else self.last.document
            return Held(self.first.collection, self.key[1], told, self.outbox, False)
        before = self.first.before or {}
        entries = (*before.get("outbox", ()), *self.outbox)
        return Held(self.first.collection, self.key[1], self.stored(), entries)

    def stored(self) -> Document:
        """The document as it stands after this write."""
        return {**self.last.document, "version": self._version()}

    def _version(self) -> int:
        return int(self.first.before["version"]) + 1 if self.first.before else 1

    def inserted(self) -> Document:
        """The whole document of an insert. Raises Transient as `operation`."""
        require_room({}, self.outbox)
        outbox = [] if self.by_record else list(self.outbox)
        return {**self.last.document, "version": 1, "outbox": outbox}

    def _addition(self) -> UpdateOne:
        field, after = self.last.number, self.last.document
        old = (self.first.before or {}).get(field, {})
        new, room = after[field], self.last.room or {}
        more = {k: d for k in {**old, **new} if (d := new.get(k, 0) - old.get(k, 0))}
        query: Document = {"_id": after["_id"]}
        # `$not` holds where there is no such number yet.
        query |= {
            f"{field}.{k}": {"$not": {"$gt": old.get(k, 0) + room.get(k, 0)}}
            for k, d in more.items()
            if d > 0
        }
        first = {k: v for k, v in after.items() if k not in OWN and k != field}
        counted = {f"{field}.{k}": d for k, d in more.items()}
        made = {**first, "outbox": []}
        update: Document = {"$inc": {**counted, "version": 1}, "$setOnInsert": made}
        return UpdateOne(query, update, upsert=True)

    def _compare_and_set(self) -> UpdateOne:
        before, after = self.first.before or {}, self.last.document
        require_room(before, self.outbox)
        changed = {k: v for k, v in after.items() if k not in OWN and before.get(k, OWN) != v}
        gone = {k: "" for k in before if k not in OWN and k not in after}
        update: Document = {"$set": {**changed, "version": self._version()}}
        if gone:
            update["$unset"] = gone
        if self.outbox:
            update["$push"] = {"outbox": {"$each": list(self.outbox)}}
        return UpdateOne({"_id": before["_id"], "version": before["version"]}, update)


def fold(puts: Iterable[Put]) -> list[Write]:
    """One write a document: the first put's condition, the last put's content, all events."""
    writes: dict[DocumentKey, Write] = {}
    for put in puts:
        key = put.key
        earlier = writes.get(key)
        if earlier is None or How.REMOVE in (put.how, earlier.last.how):
            writes[key] = Write(put, put, put.outbox, put.by_record, put.together)
        elif How.TELL in (put.how, earlier.first.how):
            _fold_telling(writes, put, earlier)
        elif put.how is not How.INSERT and not _older(put, earlier.last):
            earlier.last = put
            earlier.outbox = joined(earlier.outbox, put.outbox)
            earlier.by_record &= put.by_record
            earlier.together = earlier.together or put.together
    return list(writes.values())


def _fold_telling(writes: dict[DocumentKey, Write], put: Put, earlier: Write) -> None:
    """What is written tells the same topics as what only tells, so it takes its place."""
    if put.how is not How.TELL:
        writes[put.key] = Write(put, put, joined(earlier.outbox, put.outbox), put.by_record)
        writes[put.key].together = put.together
    else:
        earlier.outbox = joined(earlier.outbox, put.outbox)


def joined(earlier: tuple[Entry, ...], later: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """All entries in order; one marker of a state topic says as much as several."""
    told = {entry["topic"] for entry in earlier if "state" in entry}
    return earlier + tuple(e for e in later if "state" not in e or e["topic"] not in told)


def _older(put: Put, last: Put) -> bool:
    return put.how is How.NEWEST and put.document[put.number] <= last.document[last.number]
