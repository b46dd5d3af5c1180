"""Bulk writes that fail document by document, never as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from giftstream.crashpoints import crashpoint
from giftstream.delivery.change import DocumentKey, How, Put
from giftstream.delivery.folding import Write
from giftstream.delivery.transactions import write_together
from giftstream.failures import Transient
from giftstream.mongo import (
    DUPLICATE_KEY,
    BulkWriteError,
    Database,
    PyMongoError,
    UnstorableDocument,
    is_transient,
)


@dataclass(slots=True)
class Outcome:
    """What became of a batch of writes, by document."""

    stand: list[Write] = field(default_factory=list)
    conflicts: set[DocumentKey] = field(default_factory=set)
    refused: dict[DocumentKey, str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether all of them stand, as nearly always."""
        return not (self.conflicts or self.refused)


class Writer:
    """Writes documents in bulk and says for each whether it stands."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(
        self, writes: Sequence[Write], changes: Sequence[Sequence[Put]] = ()
    ) -> Outcome:
        """One transaction a group, then one unordered bulk a collection.

        `changes`: the puts of each record in their order. What comes after one that did not hold
        is not written: an order must not stand whose claim went to another.
        Raises Transient when MongoDB is away.
        """
        outcome = Outcome()
        for group in dict.fromkeys(write.together for write in writes if write.together):
            mine = [write for write in writes if write.together == group]
            await self._together(mine, outcome)
        alone = [write for write in writes if not write.together]
        for collection in dict.fromkeys(write.first.collection for write in alone):
            mine = [write for write in alone if write.first.collection == collection]
            if not outcome.is_clean:
                late = _behind(changes, outcome)
                outcome.conflicts |= {write.key for write in mine if write.key in late}
                mine = [write for write in mine if write.key not in late]
            outcome.stand += [write for write in mine if write.first.how is How.TELL]
            if written := [write for write in mine if write.first.how is not How.TELL]:
                await self._write(collection, written, outcome)
        return outcome

    async def _together(self, writes: Sequence[Write], outcome: Outcome) -> None:
        try:
            stand = await write_together(self._database, writes)
        except PyMongoError as error:
            raise _named(error) from error
        if stand:
            outcome.stand += writes
            crashpoint("batch.taken")
        else:
            outcome.conflicts |= {write.key for write in writes}

    async def _write(self, collection: str, writes: Sequence[Write], outcome: Outcome) -> None:
        try:
            matched = await self._in_bulk(collection, writes)
        except UnstorableDocument as error:
            # The encoder refuses the whole bulk for one document: find it, its neighbours stand.
            if len(writes) == 1:
                outcome.refused[writes[0].key] = type(error).__name__
                return
            for write in writes:
                await self._write(collection, [write], outcome)
        except BulkWriteError as error:
            await self._sort_out(collection, writes, error, outcome)
        except PyMongoError as error:
            raise _named(error) from error
        else:
            await self._matched(collection, writes, matched, outcome)

    async def _in_bulk(self, collection: str, writes: Sequence[Write]) -> int:
        """How many compare-and-sets matched."""
        documents = self._database[collection]
        if all(write.first.how is How.INSERT for write in writes):
            # Half the client's work of a mixed bulk, and what intake does all day.
            await documents.insert_many([write.inserted() for write in writes], ordered=False)
            return 0
        operations = [write.operation() for write in writes]
        return int((await documents.bulk_write(operations, ordered=False)).matched_count)

    async def _sort_out(
        self, collection: str, writes: Sequence[Write], error: BulkWriteError, outcome: Outcome
    ) -> None:
        if error.details.get("writeConcernErrors"):
            raise Transient("MongoDB did not confirm a write by the majority") from error
        failed = {one["index"]: one for one in error.details["writeErrors"]}
        duplicates = []
        for index, one in failed.items():
            write = writes[index]
            if one["code"] == DUPLICATE_KEY and "_id" in one.get("keyPattern", {"_id": 1}):
                duplicates.append(write)
            else:
                outcome.refused[write.key] = f"write error {one['code']}"
        await self._duplicates(collection, duplicates, outcome)
        others = [write for index, write in enumerate(writes) if index not in failed]
        await self._matched(collection, others, int(error.details["nMatched"]), outcome)

    async def _duplicates(self, collection: str, writes: Sequence[Write], outcome: Outcome) -> None:
        newest = {w.key[1]: w for w in writes if w.first.how is How.NEWEST}
        outcome.conflicts |= {w.key for w in writes if w.first.how is not How.NEWEST}
        async for stored in self._database[collection].find({"_id": {"$in": list(newest)}}):
            write = newest.pop(stored["_id"])
            number = write.last.number
            if stored.get(number, -1) < write.last.document[number]:
                outcome.conflicts.add(write.key)
        outcome.conflicts |= {write.key for write in newest.values()}

    async def _matched(
        self, collection: str, writes: Sequence[Write], matched: int, outcome: Outcome
    ) -> None:
        guarded = [write for write in writes if write.first.how is How.REPLACE]
        others = [write for write in writes if write.first.how is not How.REPLACE]
        outcome.stand += others
        newer = sum(write.first.how is How.NEWEST for write in others)
        if not guarded or (newer == 0 and matched == len(guarded)):
            outcome.stand += guarded
            return
        # The result does not say which compare-and-sets matched: the documents do. One that moved
        # on since is planned again, which finds its effect there and does nothing.
        ids = [write.key[1] for write in guarded]
        projection = {"version": 1, "outbox.event_id": 1}
        cursor = self._database[collection].find({"_id": {"$in": ids}}, projection).hint("_id_")
        stored = {one["_id"]: one async for one in cursor}
        for write in guarded:
            if _is_ours(write, stored.get(write.key[1])):
                outcome.stand.append(write)
            else:
                outcome.conflicts.add(write.key)


def _behind(changes: Sequence[Sequence[Put]], outcome: Outcome) -> set[DocumentKey]:
    """The documents that come after one that was not written, in the same record's change."""
    late: set[DocumentKey] = set()
    for puts in changes:
        fell = False
        for put in puts:
            if fell:
                late.add(put.key)
            fell = fell or put.key in outcome.conflicts or put.key in outcome.refused
    return late


def _is_ours(write: Write, stored: dict[str, object] | None) -> bool:
    if stored is None or stored.get("version") != write.stored()["version"]:
        return False
    held = {entry["event_id"] for entry in stored.get("outbox", ())}  # type: ignore[attr-defined]  # a list of entries
    return bool(write.outbox) and {entry["event_id"] for entry in write.outbox} <= held


def _named(error: PyMongoError) -> Exception:
    if is_transient(error):
        return Transient(f"MongoDB is away: {type(error).__name__}")
    return error
