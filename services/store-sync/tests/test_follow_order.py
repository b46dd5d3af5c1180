"""What one look at an order in its store comes to: numbered, told, and never guessed."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from giftstream.clock import now
from giftstream.events import Money
from giftstream.mongo import Document
from giftstream.sealing import Sealing
from giftstream_platforms.failures import StoreUnreachable
from store_sync.follow_order import FollowOrder
from store_sync.seen import SeenLine, SeenOrder
from store_sync.snapshots import Snapshot

LINE = SeenLine("l1", "812", None, 1, 1)


def seen(**changed: Any) -> SeenOrder:
    fields = {
        "order_ref": "9", "number": "#9", "updated_at": now(), "fulfilment": "pending",
        "lines": (LINE,), "total": Money(amount=0, currency="EUR"), "address": "digest",
    } | changed  # fmt: skip
    return SeenOrder(**fields)


def claimed(**changed: Any) -> Document:
    return {
        "_id": "3f0e5c0e-0000-4000-8000-000000000001", "brand_id": "acme",
        "campaign_id": "spring", "creator_id": "cr-1", "selection_id": "sel-1", "store_id": "s1",
        "reference": None, "store_order": {
            "platform": "shopify", "id": "9", "number": "#9", "admin_url": "https://x/9",
        },
        "ordered": [{"variant_ref": "812", "sku": None, "quantity": 1}],
        "charged": {"amount": 0, "currency": "EUR"}, "placed_at": now(), "observation": 3,
        "seen": Snapshot().model_dump(), "observations": [], "address": None, "absences": 0,
        "verified_at": None, "stable_since": None, "hint": "webhook",
    } | changed  # fmt: skip


class World:
    """A store that shows this, and what is saved of it; `holds` is False where the lease went."""

    def __init__(self, shows: SeenOrder | Exception | None, *, holds: bool = True) -> None:
        self.shows, self.holds = shows, holds
        self.saved: list[Document] = []
        self.published: list[str] = []

    async def read_order(self, _: str) -> SeenOrder | None:
        if isinstance(self.shows, Exception):
            raise self.shows
        return self.shows

    async def save(
        self,
        _: Document,
        fields: Mapping[str, Any],
        next_at: Any,
        entries: Sequence[Any] = (),
        observation: Document | None = None,
    ) -> bool:
        told = [one["topic"] for one in entries]
        self.saved.append({**fields, "next_at": next_at, "told": told, "look": observation})
        return self.holds

    async def flush(self, _: str, ids: Sequence[str]) -> None:
        self.published += ids


async def look(world: World, order: Document) -> Document:
    any_world: Any = world
    follow = FollowOrder(any_world, any_world, Sealing({"k": b"x" * 32}), 3600.0)
    await follow(order, any_world)
    return world.saved[-1]


async def test_a_look_that_shows_something_new_is_the_next_observation_and_told() -> None:
    world, order = World(seen(fulfilment="fulfilled")), claimed()
    saved = await look(world, order)
    assert (saved["observation"], saved["look"]["store_status"]) == (4, "fulfilled")
    assert "order.fulfilled" in saved["told"]
    assert world.published == [order["_id"]]


async def test_the_first_look_is_an_observation_and_the_same_again_is_none() -> None:
    first = await look(World(seen()), claimed(seen=None, observation=0))
    assert (first["observation"], first["told"]) == (1, [])
    again = await look(World(seen()), claimed(seen=first["seen"], observation=1))
    assert ("observation" in again, again["look"], again["told"]) == (False, None, [])


async def test_a_total_and_an_address_that_changed_are_told_without_the_address() -> None:
    order = claimed(seen=(await look(World(seen()), claimed()))["seen"])
    order["address"] = (await look(World(seen()), claimed()))["address"]
    assert b"digest" not in order["address"], "only a sealed digest is kept"
    other = seen(total=Money(amount=490, currency="EUR"), address="another")
    saved = await look(World(other), order)
    assert saved["told"] == ["order.edited"]
    fields = {one["field"]: one["found"] for one in saved["look"]["difference"]}
    assert fields == {"charged": "490 EUR", "address": "changed"}


async def test_an_order_that_is_absent_once_is_looked_for_again_and_then_cancelled() -> None:
    once = await look(World(None), claimed())
    assert (once["absences"], once["told"]) == (1, [])
    assert now() < once["next_at"] < now() + timedelta(minutes=1)
    twice = await look(World(None), claimed(absences=1))
    assert ("order.cancelled" in twice["told"], twice["observation"]) == (True, 4)


async def test_an_old_order_that_the_store_does_not_show_any_more_is_not_gone() -> None:
    order = claimed(absences=5, placed_at=now() - timedelta(days=60))
    saved = await look(World(None), order)
    assert (saved["told"], saved["next_at"]) == ([], None)


async def test_what_was_read_after_the_lease_went_is_told_by_nobody() -> None:
    world = World(seen(fulfilment="fulfilled"), holds=False)
    await look(world, claimed())
    assert world.published == []


async def test_a_store_that_does_not_answer_changes_nothing() -> None:
    world = World(StoreUnreachable("no connection"))
    with pytest.raises(StoreUnreachable):
        await look(world, claimed())
    assert world.saved == []
