"""Which use case a topic's records go to, and how they are decoded for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from giftstream.delivery.change import Change
from giftstream.delivery.facts import Facts
from giftstream.delivery.records import Decode

Item_contra = TypeVar("Item_contra", contravariant=True)


class UseCase(Protocol[Item_contra]):
    """What reacts to a record: read what a batch needs once, then decide without I/O."""

    async def facts(self, items: Sequence[Item_contra], /) -> Any:
        """A `Facts`: one query per collection for the whole batch."""

    def plan(self, item: Item_contra, facts: Any, /) -> Change:
        """The same item and facts always give the same change. Raises Poison to park."""


@dataclass(frozen=True, slots=True)
class Route:
    """A topic's way to its use case."""

    topic: str
    use_case: UseCase[Any]
    decode: Decode[Any]


__all__ = ["Facts", "Route", "UseCase"]
