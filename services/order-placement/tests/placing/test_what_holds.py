"""What must not be committed is not: too little lease, too little stock, something else."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from giftstream.clock import now
from giftstream_platforms.failures import StoreBusy
from order_placement.placing.lease import Lease
from order_placement.placing.work import Ending
from order_placement.store import HandleState, Stock, Wanted, WantedLine
from placing_world import AT_ONCE, CAMPAIGN, PROFILE, World, codes
from store_in_memory import StoreInMemory


@dataclass
class Aging(World):
    """Of the lease only five seconds are left from this crash point on, where one is named."""

    aged_at: str | None = None

    def lease(self) -> Lease:
        self.given = super().lease()
        return self.given

    def _crash(self, point: str) -> None:
        super()._crash(point)
        if point == self.aged_at:
            self.given.renewed(time.monotonic() - self.limits.lease_s + 5.0)


@pytest.mark.parametrize(
    ("point", "phase"),
    [
        ("place.intent_saved", "prepared"),  # then there is no permission
        ("place.permitted", "committing"),  # saving the permission took long: it is not used
    ],
)
async def test_a_commit_that_may_outlast_the_lease_is_not_sent(point: str, phase: str) -> None:
    world = Aging(limits=replace(AT_ONCE, store_deadline_s=10.0), aged_at=point)
    order_id = await world.add()
    await world.once(order_id)
    assert ((await world.order(order_id)).phase, "commit" in world.store.calls) == (phase, False)
    world.aged_at = None
    assert (await world.until_settled(order_id)).status == "placed"
    assert len(world.live(order_id)) == 1


async def test_who_takes_over_waits_out_the_call_that_the_other_may_have_sent() -> None:
    world = World(limits=replace(AT_ONCE, store_deadline_s=60.0))
    order_id = await world.add()
    world.stop_at = "place.permitted"
    await world.once(order_id)
    await world.once(order_id)
    order = await world.order(order_id)
    assert (order.phase, "commit" in world.store.calls) == ("committing", False)
    assert 50.0 < (order.document["due_at"] - now()).total_seconds() <= 60.0


async def test_a_commit_without_an_answer_is_repeated_once_the_store_has_settled() -> None:
    world = World(limits=replace(AT_ONCE, settle_s=60.0))
    world.store.faults = {"commit": ["lost_before"]}
    order_id = await world.add()
    await world.once(order_id)
    order = await world.order(order_id)
    assert (order.document["due_at"] - now()).total_seconds() > 50.0
    world.database["orders"].documents[order_id]["due_at"] = order.document["created_at"]
    await world.once(order_id)
    assert world.store.calls.count("commit") == 1, "due too early, as by another clock"


class Throttled(StoreInMemory):
    """Asks for half a minute of patience."""

    async def stock(self, variant_refs: Sequence[str]) -> Mapping[str, Stock]:
        raise StoreBusy("throttled", retry_after_s=30.0)


async def test_a_store_that_asks_for_a_pause_is_given_it() -> None:
    world = World(store=Throttled())
    order_id = await world.add()
    assert await world.once(order_id) is Ending.BUSY
    order = await world.order(order_id)
    assert order.status == "placing"
    assert 29.0 < (order.document["due_at"] - now()).total_seconds() <= 30.0


async def test_what_is_short_of_stock_is_held_before_anything_is_prepared() -> None:
    world = World()
    world.store.stocked = {"812": Stock(0)}
    order_id = await world.add()
    order = await world.until_settled(order_id)
    assert (order.status, codes(order)) == ("on_hold", ["out_of_stock"])
    assert "prepare" not in world.store.calls


async def test_a_campaign_closed_since_intake_holds_the_order() -> None:
    world = World()
    world.database["campaigns"].documents[CAMPAIGN]["status"] = "closed"
    order_id = await world.add()
    order = await world.until_settled(order_id)
    assert (order.status, codes(order)) == ("on_hold", ["campaign_closed"])
    assert "prepare" not in world.store.calls


@dataclass
class Otherwise(StoreInMemory):
    """Prepares what is not quite what was asked for."""

    made: dict[str, Any] = field(default_factory=dict)

    def _make(self, wanted: Wanted) -> HandleState:
        made = replace(super()._make(wanted), **self.made)
        self.drafts[made.handle] = made
        return made


@pytest.mark.parametrize(
    "made",
    [
        {"lines": (WantedLine("812", 2),)},
        {"mark": None},
        {"shipping_method": None},
        {"shipping_method": "Express"},
        {"content": 7},
        {"warnings": ("812 is short of stock.",)},
    ],
    ids=lambda made: ", ".join(made),
)
@pytest.mark.parametrize("looks", [0, 2])
async def test_something_else_than_was_asked_for_is_held_and_removed(
    looks: int, made: dict[str, Any]
) -> None:
    world = World(store=Otherwise(looks_until_ready=looks, made=made))
    order_id = await world.add()
    order = await world.until_settled(order_id)
    assert (order.status, codes(order)) == ("on_hold", ["store_rejected"])
    assert world.store.drafts == {}


@pytest.mark.parametrize("looks", [0, 2])
async def test_without_the_method_that_the_store_itself_offered_it_is_held(looks: int) -> None:
    own_rule = replace(PROFILE, default_method=None)
    store = Otherwise(looks_until_ready=looks, made={"shipping_method": None})
    world = World(store=store, profile=own_rule)
    order = await world.until_settled(await world.add())
    assert (order.status, codes(order)) == ("on_hold", ["store_rejected"])


async def test_what_the_store_warns_of_is_placed_where_a_person_passed_over_it() -> None:
    world = World(store=Otherwise(made={"warnings": ("812 is short of stock.",)}))
    order_id = await world.add(approved={"by": "eva", "overrides": ["out_of_stock"]})
    assert (await world.until_settled(order_id)).status == "placed"
