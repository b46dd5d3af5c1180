"""A document holds so many events and no more, and none that names people in the clear."""

from typing import Any, ClassVar

import pytest
from giftstream.events.event import SaidPlainly
from giftstream.failures import Transient
from giftstream.outbox import MAX_ENTRIES, event_entry, require_room, state_entry
from giftstream.outbox.entries import MAX_BYTES, MAX_EVENT_BYTES, EventTooLarge
from giftstream.sealing import SealBroken, Sealing


class Said(SaidPlainly):
    """An event of some words."""

    topic: ClassVar[str] = "test.said"
    words: str

    def key(self) -> str:
        return "k"


def entries(count: int, size: int = 1) -> list[Any]:
    return [{"event_id": str(number), "body": b"x" * size} for number in range(count)]


@pytest.mark.parametrize(
    ("held", "new"),
    [
        (entries(MAX_ENTRIES - 1), entries(1)),
        (entries(0), entries(MAX_ENTRIES)),
        (entries(1, 1024), entries(1, MAX_BYTES - 1024)),
        # One that is larger than all would never have room, and has the document to itself.
        (entries(0), entries(1, MAX_BYTES + 1)),
        (entries(MAX_ENTRIES - 1), [state_entry("test.state")]),
    ],
)
def test_what_has_room_goes_in(held: list[Any], new: list[Any]) -> None:
    require_room({"outbox": held}, new)


@pytest.mark.parametrize(
    ("held", "new"),
    [
        (entries(MAX_ENTRIES), entries(1)),
        (entries(0), entries(MAX_ENTRIES + 1)),
        (entries(1, 1024), entries(1, MAX_BYTES)),
        (entries(MAX_ENTRIES), [state_entry("test.state")]),
    ],
)
def test_what_has_no_room_waits_until_the_others_are_published(
    held: list[Any], new: list[Any]
) -> None:
    with pytest.raises(Transient):
        require_room({"outbox": held}, new)


def test_an_event_beyond_the_limit_is_refused_before_it_is_written() -> None:
    event_entry(Said(words="x" * (MAX_EVENT_BYTES - 1024)), source="test")
    with pytest.raises(EventTooLarge):
        event_entry(Said(words="x" * MAX_EVENT_BYTES), source="test")


def test_a_sealed_event_rests_unreadable_and_opens_at_its_own_place() -> None:
    sealing = Sealing({"test": b"k" * 32})
    place = {"brand": "acme", "document": "d1"}
    entry = event_entry(Said(words="Ana García"), source="test", sealing=sealing, **place)
    assert b"Ana" not in entry["body"]
    assert entry["sealed"] == place
    assert b"Ana" in sealing.open(entry["body"], field="outbox", **place)
    with pytest.raises(SealBroken):
        sealing.open(entry["body"], field="outbox", brand="other", document="d1")
