"""A new sealing key for what is sealed already: each value's own key is wrapped anew, in place.

Batches by id, each document by compare-and-set on the very bytes that were read, so that nobody's
change is lost and any batch may be done twice. A value changed meanwhile is `missed`: a pass that
misses and rewraps nothing proves that all is under the current key.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from giftstream.http.paging import decode, encode
from giftstream.mongo import ASCENDING, Database, Document, UpdateOne
from giftstream.sealing import SealBroken, Sealing

MOST_BROKEN_TOLD = 20


@dataclass(frozen=True, slots=True)
class SealedValue:
    """Sealed bytes at a dotted path, and what they are tied to."""

    path: str
    sealed: bytes
    brand: str
    document: str
    field: str


@dataclass(frozen=True, slots=True)
class SealedCollection:
    """Where a collection keeps sealed values. `fields` are all that `values` looks at; `complete`
    adds to a batch of documents what only another collection knows."""

    name: str
    fields: tuple[str, ...]
    values: Callable[[Document], Iterable[SealedValue]]
    complete: Callable[[Sequence[Document]], Awaitable[None]] | None = None


@dataclass(slots=True)
class Rewrapped:
    """Of one batch: documents seen, values wrapped anew, missed, and those that do not open."""

    seen: int = 0
    rewrapped: int = 0
    missed: int = 0
    broken: int = 0
    broken_in: list[str] = field(default_factory=list)
    next: str | None = None


class Rewrap:
    """All sealed values of one service."""

    def __init__(
        self, database: Database, sealing: Sealing, collections: Sequence[SealedCollection]
    ) -> None:
        self._database = database
        self._sealing = sealing
        self._collections = list(collections)

    @property
    def key_id(self) -> str:
        """The key that everything is to be under."""
        return self._sealing.current_id

    async def count(self) -> int:
        """Documents to look at in one pass, about."""
        names = [one.name for one in self._collections]
        return sum([await self._database[one].estimated_document_count() for one in names])

    async def batch(self, cursor: str | None, limit: int, *, really: bool) -> Rewrapped:
        """The next documents; without `really` they are counted and left as they are."""
        number, after = 0, ""
        if cursor is not None:
            number, after = decode(cursor, int, str)  # type: ignore[assignment]  # as asked for
        if not 0 <= number < len(self._collections):
            return Rewrapped()
        collection = self._collections[number]
        documents = await self._page(collection, after, limit)
        answer = Rewrapped(seen=len(documents))
        writes = [w for one in documents for w in self._writes(collection, one, answer)]
        if writes and really:
            done = await self._database[collection.name].bulk_write(writes, ordered=False)
            answer.missed = len(writes) - done.modified_count
        if len(documents) == limit:
            answer.next = encode(number, documents[-1]["_id"])
        elif number + 1 < len(self._collections):
            answer.next = encode(number + 1, "")
        return answer

    async def _page(self, collection: SealedCollection, after: str, limit: int) -> list[Document]:
        found = self._database[collection.name].find(
            {"_id": {"$gt": after}}, dict.fromkeys(collection.fields, 1)
        )
        documents = [one async for one in found.sort("_id", ASCENDING).limit(limit)]
        if collection.complete is not None:
            await collection.complete(documents)
        return documents

    def _writes(
        self, collection: SealedCollection, document: Document, answer: Rewrapped
    ) -> Iterator[UpdateOne]:
        """One write for all values of a document, which holds only while none of them changed."""
        old: Document = {}
        new: Document = {}
        for value in collection.values(document):
            place = {"brand": value.brand, "document": value.document, "field": value.field}
            try:
                anew = self._sealing.rewrap(bytes(value.sealed), **place)  # type: ignore[arg-type]  # no version among them
            except SealBroken:
                answer.broken += 1
                if len(answer.broken_in) < MOST_BROKEN_TOLD:
                    answer.broken_in.append(f"{collection.name}/{document['_id']}/{value.path}")
                continue
            if anew is not None:
                old[value.path], new[value.path] = value.sealed, anew
        if new:
            answer.rewrapped += len(new)
            yield UpdateOne({"_id": document["_id"], **old}, {"$set": new, "$inc": {"version": 1}})


def outbox_values(document: Document) -> Iterator[SealedValue]:
    """Of events that wait to be published with their body sealed."""
    for number, entry in enumerate(document.get("outbox") or ()):
        if (tied := entry.get("sealed")) and entry.get("body") is not None:
            path = f"outbox.{number}.body"
            yield SealedValue(path, entry["body"], tied["brand"], tied["document"], "outbox")
