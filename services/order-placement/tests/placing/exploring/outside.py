"""What there is outside of the coroutines: one gift order's document, and one shop."""

import pickle
from collections.abc import Hashable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Generic, NamedTuple, TypeVar

from order_placement.store import HandleState
from store_in_memory import StoreInMemory

T = TypeVar("T")
Document = dict[str, Any]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FIRST_HANDLE = 1


class Interned(Generic[T]):
    """Each value once, and a number for it; 0 is none."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._values: list[T] = []

    def number(self, key: Hashable, value: T) -> int:
        found = self._numbers.get(key)
        if found is None:
            self._values.append(value)
            found = self._numbers[key] = len(self._values)
        return found

    def __getitem__(self, number: int) -> T:
        return self._values[number - 1]

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[T]:
        return iter(self._values)


def frozen(value: Any) -> Hashable:
    """Something that equals itself, of whatever can be in a document or an answer."""
    if isinstance(value, dict):
        return tuple((name, frozen(value[name])) for name in sorted(value))
    if isinstance(value, list | tuple):
        return tuple(frozen(one) for one in value)
    hashable: Hashable = value
    return hashable


def copied(document: Document) -> Document:
    """As a driver gives it: nobody shares it."""
    return deepcopy(document)


def timeless(document: Document) -> Document:
    """The document without what says only when or how often. What waits is over, what is due is due
    now, each event is out. `told` counts how often the store order was told of."""
    after: Document = long_ago(document)
    told = [one for one in document["outbox"] if one["topic"] == "order.created"]
    after |= {"outbox": [], "version": 1, "told": document.get("told", 0) + len(told)}
    after["placing"].pop("failures", None)
    after["placing"]["discarded"].sort()
    return after


def long_ago(value: Any) -> Any:
    """The same with one moment for every time in it."""
    if isinstance(value, dict):
        return {name: long_ago(one) for name, one in value.items()}
    if isinstance(value, list):
        return [long_ago(one) for one in value]
    return LONG_AGO if isinstance(value, datetime) else value


class Shop(NamedTuple):
    """The store between two calls."""

    drafts: tuple[HandleState, ...] = ()
    cancelled: tuple[str, ...] = ()
    under_way: tuple[tuple[str, Any], ...] = ()
    """Calls whose answer never comes, and which the network has still got."""
    number: int = FIRST_HANDLE

    def opened(self) -> StoreInMemory:
        """The store itself, for one call."""
        drafts = {one.handle: one for one in self.drafts}
        waiting = list(self.under_way)
        return StoreInMemory(
            drafts, list(self.cancelled), under_way=waiting, numbers=count(self.number)
        )

    @classmethod
    def of(cls, store: StoreInMemory) -> "Shop":
        """As the call left it."""
        drafts, waiting = tuple(store.drafts.values()), tuple(store.under_way)
        return cls(drafts, tuple(store.cancelled), waiting, next(store.numbers))

    @property
    def open(self) -> tuple[HandleState, ...]:
        return tuple(one for one in self.drafts if one.status == "open")

    @property
    def committed(self) -> tuple[HandleState, ...]:
        return tuple(one for one in self.drafts if one.status == "committed")

    @property
    def live(self) -> list[str]:
        ids = [one.store_order.id for one in self.committed if one.store_order]
        return [one for one in ids if one not in self.cancelled]


@dataclass(slots=True)
class Outside:
    """All documents and shops that were met."""

    orders: Interned[Document]
    shops: Interned[Shop]
    _packed: dict[int, bytes] = field(default_factory=dict)

    def copy_of(self, order: int) -> Document:
        """A document as a driver gives it: nobody shares it."""
        if order not in self._packed:
            self._packed[order] = pickle.dumps(self.orders[order])
        document: Document = pickle.loads(self._packed[order])
        return document

    def order(self, document: Document) -> int:
        after = timeless(document)
        return self.orders.number(frozen(after), after)

    def shop(self, shop: Shop) -> int:
        return self.shops.number(shop, shop)
