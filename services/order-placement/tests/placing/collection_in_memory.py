"""As much of a MongoDB collection as placing uses, in memory: the same questions and updates.

The tests in `test_placements.py`, `test_whose_write_counts.py` and `test_collection_in_memory.py`
run against this and against a real server.
"""

import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

Document = dict[str, Any]
MISSING = object()


async def no_breath() -> None:
    """Go on at once."""


class CollectionInMemory:
    """Every call is atomic. Before it there may be a breath, in which others get their turn."""

    def __init__(self) -> None:
        self.documents: dict[Any, Document] = {}
        self.breath: Callable[[], Awaitable[None]] = no_breath

    async def insert_one(self, document: Document) -> None:
        assert document["_id"] not in self.documents
        self.documents[document["_id"]] = copy.deepcopy(document)

    async def find_one(self, query: Document) -> Document | None:
        await self.breath()
        return next((copy.deepcopy(one) for one in self._matching(query)), None)

    def find(self, query: Document, _fields: Any = None) -> "CursorInMemory":
        return CursorInMemory([copy.deepcopy(one) for one in self._matching(query)])

    async def distinct(self, field: str, query: Document) -> list[Any]:
        return list(dict.fromkeys(value_at(one, field) for one in self._matching(query)))

    async def count_documents(self, query: Document) -> int:
        return len(list(self._matching(query)))

    async def find_one_and_update(
        self, query: Document, update: Document, **_: Any
    ) -> Document | None:
        await self.breath()
        for one in self._matching(query):
            apply(one, update)
            return copy.deepcopy(one)
        return None

    async def update_one(self, query: Document, update: Document) -> SimpleNamespace:
        found = await self.find_one_and_update(query, update)
        return SimpleNamespace(matched_count=int(found is not None))

    async def create_indexes(self, _: Any) -> None:
        pass

    def _matching(self, query: Document) -> Iterator[Document]:
        return (one for one in self.documents.values() if matches(one, query))


class CursorInMemory:
    def __init__(self, found: list[Document]) -> None:
        self._found = found

    def sort(self, field: str, _direction: int) -> "CursorInMemory":
        self._found.sort(key=lambda one: value_at(one, field))
        return self

    def limit(self, number: int) -> "CursorInMemory":
        self._found = self._found[:number]
        return self

    async def __aiter__(self) -> AsyncIterator[Document]:
        for one in self._found:
            yield one


def value_at(document: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(document, list):
            at = int(part)
            document = document[at] if at < len(document) else MISSING
        else:
            document = document.get(part, MISSING) if isinstance(document, dict) else MISSING
    return document


def matches(document: Document, query: Document) -> bool:
    return all(_holds(document, path, wanted) for path, wanted in query.items())


def _holds(document: Document, path: str, wanted: Any) -> bool:
    if path == "$or":
        return any(matches(document, one) for one in wanted)
    if path == "$expr":
        return _expression(document, wanted)
    value = value_at(document, path)
    if isinstance(wanted, dict):
        return all(OPERATORS[name](value, operand) for name, operand in wanted.items())
    return _equals(value, wanted)


def _equals(value: Any, wanted: Any) -> bool:
    if value is MISSING:
        return wanted is None
    return bool(value == wanted or (isinstance(value, list) and wanted in value))


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "$in": lambda value, wanted: any(_equals(value, one) for one in wanted),
    "$nin": lambda value, wanted: not any(_equals(value, one) for one in wanted),
    "$ne": lambda value, wanted: not _equals(value, wanted),
    "$gt": lambda value, wanted: value is not MISSING and value is not None and value > wanted,
    "$lte": lambda value, wanted: value is not MISSING and value is not None and value <= wanted,
    "$exists": lambda value, wanted: (value is not MISSING) == wanted,
    "$type": lambda value, wanted: wanted == "date" and isinstance(value, datetime),
}


def _expression(document: Document, expression: Document) -> bool:
    """`{$gte: [{$subtract: [$$NOW, $path]}, milliseconds]}`, which is all that placing asks."""
    (difference, milliseconds) = expression["$gte"]
    (at, path) = difference["$subtract"]
    assert at == "$$NOW"
    since = value_at(document, path.removeprefix("$"))
    if not isinstance(since, datetime):
        return False
    return (datetime.now(UTC) - since).total_seconds() * 1000 >= milliseconds


def apply(document: Document, update: Document) -> None:
    for name, fields in copy.deepcopy(update).items():
        for path, value in fields.items():
            *parents, last = path.split(".")
            place = document
            for parent in parents:
                place = place[parent]
            UPDATES[name](place, last, value)


def _push(place: Document, last: str, value: Document) -> None:
    place.setdefault(last, []).extend(value["$each"])


def _add_to_set(place: Document, last: str, value: Any) -> None:
    if value not in place.setdefault(last, []):
        place[last].append(value)


UPDATES: dict[str, Callable[[Document, str, Any], None]] = {
    "$set": lambda place, last, value: place.__setitem__(last, value),
    "$unset": lambda place, last, _: place.pop(last, None),  # type: ignore[arg-type,return-value]  # what it returns is not used
    "$inc": lambda place, last, value: place.__setitem__(last, place.get(last, 0) + value),
    "$push": _push,
    "$addToSet": _add_to_set,
    "$currentDate": lambda place, last, _: place.__setitem__(last, datetime.now(UTC)),
}
