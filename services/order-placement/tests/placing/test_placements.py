"""The compare-and-sets of placing, on a real MongoDB and on the one in memory alike."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from giftstream.clock import now
from giftstream.events import StoreOrder
from giftstream.mongo import Database
from giftstream.reasons import reason
from order_placement.orders import Orders
from order_placement.placing.gift_order import GiftOrder
from order_placement.placing.placements import Placements
from placing_world import STORE, DatabaseInMemory, approved_order, codes

STORE_ORDER = StoreOrder(platform="shopify", id="9", number="#9", admin_url="https://x/9")
HELD = [reason("total_not_zero")]

Write = Callable[[Placements, GiftOrder], Awaitable[GiftOrder | None]]
WRITES: list[tuple[str, Write]] = [
    ("claimed", lambda orders, order: orders.save_handle(order, "7")),
    ("claimed", lambda orders, order: orders.save_permitted_handle(order, "7")),
    ("claimed", lambda orders, order: orders.hold(order, HELD)),
    ("claimed", lambda orders, order: orders.cancel_before_commit(order, {"by": "eva"})),
    ("claimed", lambda orders, order: orders.postpone(order, now())),
    ("claimed", lambda orders, order: orders.put_back(order)),
    ("prepared", lambda orders, order: orders.permit_commit(order)),
    ("prepared", lambda orders, order: orders.handle_gone(order, now())),
    ("committing", lambda orders, order: orders.permit_again(order, 0.0)),
    ("committing", lambda orders, order: orders.discard_permitted(order, 0.0)),
    ("committing", lambda orders, order: orders.hold_keeping_handle(order, HELD)),
    ("committing", lambda orders, order: orders.note_unknown(order, HELD[0], now())),
    ("placed", lambda orders, order: orders.record_cancel(order)),
    ("placed", lambda orders, order: orders.record_cancel(order, ["No."])),
]
"""Each that whoever has claimed the order may do, and the state that it is done in."""


class Case:
    """A collection, and orders brought into the state that a test begins with."""

    def __init__(self, database: Any) -> None:
        self.database = database
        self.orders = Placements(database)

    async def approved(self, **changed: Any) -> GiftOrder:
        order = approved_order(**changed)
        await self.database["orders"].insert_one(order)
        return GiftOrder(order)

    async def claimed(self, epoch: int = 1) -> GiftOrder:
        return held(await self.orders.claim(await self.approved(), epoch))

    async def prepared(self, handle: str = "7") -> GiftOrder:
        return held(await self.orders.save_handle(await self.claimed(), handle))

    async def committing(self, handle: str = "7") -> GiftOrder:
        return held(await self.orders.permit_commit(await self.prepared(handle)))

    async def placed(self) -> GiftOrder:
        """With a cancel noted, so that it is still due."""
        order = await self.committing()
        await self.ask_to_cancel(order)
        return held(await self.orders.record_placed(await self.reread(order), STORE_ORDER))

    async def reread(self, order: GiftOrder) -> GiftOrder:
        return held(await self.orders.find(order.id))

    async def ask_to_cancel(self, order: GiftOrder) -> None:
        update = {"$set": {"placing.cancel_requested": {"by": "eva"}}, "$inc": {"version": 1}}
        await self.database["orders"].update_one({"_id": order.id}, update)


def held(order: GiftOrder | None) -> GiftOrder:
    assert order is not None
    return order


@pytest.fixture(params=["memory", "mongodb"])
def case(request: pytest.FixtureRequest) -> Case:
    if request.param == "memory":
        return Case(DatabaseInMemory())
    return Case(request.getfixturevalue("database"))


async def test_what_is_due_comes_in_due_order(case: Case) -> None:
    late = await case.approved(due_at=now() - timedelta(seconds=1))
    early = await case.approved(due_at=now() - timedelta(seconds=9))
    await case.approved(due_at=None)
    await case.approved(due_at=now() + timedelta(hours=1))
    await case.approved(store_id="another")
    due = await case.orders.due(STORE, now(), limit=9)
    assert [one.id for one in due] == [early.id, late.id]
    due = await case.orders.due(STORE, now(), limit=9, without=[early.id])
    assert [one.id for one in due] == [late.id]
    assert set(await case.orders.stores_with_due(now())) == {STORE, "another"}


async def test_what_is_unknown_is_due_first_although_others_wait_longer(case: Case) -> None:
    moment = now()
    waiting = [await case.approved(due_at=moment - timedelta(seconds=60 - n)) for n in range(6)]
    noted = case.orders.note_unknown(await case.claimed(), reason("outcome_unknown"), moment)
    unknown = held(await noted)
    due = await case.orders.due(STORE, now(), limit=4)
    assert [one.id for one in due] == [unknown.id, *(one.id for one in waiting[:3])]
    assert [one.id for one in await case.orders.due(STORE, now(), limit=1)] == [unknown.id]
    few = await case.orders.due(STORE, now(), limit=4, most_new=1)
    assert [one.id for one in few] == [unknown.id, waiting[0].id]
    others = await case.orders.due(STORE, now(), limit=9, without=[unknown.id])
    assert [one.id for one in others] == [one.id for one in waiting]


async def test_what_is_unknown_for_long_waits_in_line(case: Case) -> None:
    moment = now()
    waiting = await case.approved(due_at=moment - timedelta(seconds=9))
    noted = case.orders.note_unknown(await case.claimed(), reason("outcome_unknown"), moment)
    unknown = held(await noted)
    due = await case.orders.due(STORE, now(), limit=4, unknown_since=now())
    assert [one.id for one in due] == [waiting.id, unknown.id]


async def test_a_claim_is_told_and_counted(case: Case) -> None:
    order = await case.claimed(epoch=3)
    assert (order.status, order.phase, order.placing["epoch"]) == ("placing", "intent", 3)
    assert (order.attempts, order.document["version"], order.document["sequence"]) == (1, 2, 2)
    assert order.document["due_at"] is not None, "after a crash it is due at once"


async def test_an_older_epoch_claims_nothing(case: Case) -> None:
    order = await case.claimed(epoch=3)
    assert await case.orders.claim(order, 2) is None
    assert await case.orders.claim(order, 3) is not None


@pytest.mark.parametrize(
    "meanwhile",
    [{"status": "cancelled"}, {"due_at": None}, {"placing.phase": "held"}, {"placing.handle": "7"}],
    ids=["called off", "not due any more", "further on", "with a handle"],
)
async def test_an_order_that_is_not_as_it_was_read_is_not_claimed(
    case: Case, meanwhile: dict[str, Any]
) -> None:
    order = await case.approved()
    update = {"$set": meanwhile, "$inc": {"version": 1}}
    await case.database["orders"].update_one({"_id": order.id}, update)
    assert await case.orders.claim(order, 1) is None


@pytest.mark.parametrize(("state", "write"), WRITES)
@pytest.mark.parametrize("epoch", [1, 2])
async def test_an_earlier_claim_can_write_nothing(
    case: Case, state: str, write: Write, epoch: int
) -> None:
    before = await getattr(case, state)()
    held(await case.orders.claim(before, epoch))
    assert await write(case.orders, before) is None


async def test_a_handle_is_written_once(case: Case) -> None:
    claimed = await case.claimed()
    assert held(await case.orders.save_handle(claimed, "7")).handle == "7"
    assert await case.orders.save_handle(claimed, "8") is None
    assert await case.orders.save_permitted_handle(claimed, "8") is None


async def test_a_discarded_handle_is_never_stored(case: Case) -> None:
    claimed = await case.claimed()
    assert await case.orders.record_discarded(claimed.id, "7")
    assert await case.orders.save_handle(claimed, "7") is None
    assert await case.orders.save_permitted_handle(claimed, "7") is None
    assert await case.orders.save_handle(claimed, "8") is not None


async def test_the_stored_handle_is_not_discarded_by_a_sweep(case: Case) -> None:
    prepared = await case.prepared("7")
    assert not await case.orders.record_discarded(prepared.id, "7")
    assert await case.orders.record_discarded(prepared.id, "8")


async def test_permission_and_hold_exclude_each_other(case: Case) -> None:
    prepared = await case.prepared()
    permitted = held(await case.orders.permit_commit(prepared))
    assert permitted.placing["permitted_at"] is not None
    assert await case.orders.hold(prepared, HELD) is None
    other = await case.prepared()
    kept = held(await case.orders.hold(other, HELD))
    assert await case.orders.permit_commit(other) is None
    assert (kept.status, kept.handle, list(kept.discarded)) == ("on_hold", None, ["7"])
    assert codes(kept) == ["total_not_zero"]
    assert kept.document["due_at"] is None


async def test_no_permission_once_a_cancel_is_noted(case: Case) -> None:
    prepared, claimed = await case.prepared(), await case.claimed()
    for order in (prepared, claimed):
        await case.ask_to_cancel(order)
    assert await case.orders.permit_commit(prepared) is None
    assert await case.orders.hold(prepared, HELD) is None
    assert await case.orders.save_permitted_handle(claimed, "7") is None
    cancelled = held(await case.orders.cancel_before_commit(prepared))
    assert (cancelled.status, cancelled.handle) == ("cancelled", None)


async def test_a_refused_commit_is_not_held_once_a_cancel_is_noted(case: Case) -> None:
    order = await case.committing()
    await case.ask_to_cancel(order)
    assert await case.orders.hold_keeping_handle(order, HELD) is None
    assert (await case.reread(order)).document["due_at"] is not None, "it is to be cancelled"


async def test_a_permission_is_repeated_only_after_the_wait(case: Case) -> None:
    order = await case.committing()
    assert await case.orders.permit_again(order, 60.0) is None
    again = held(await case.orders.permit_again(order, 0.0))
    assert again.placing["permitted_at"] >= order.placing["permitted_at"]


async def test_a_permitted_handle_is_discarded_only_after_the_wait(case: Case) -> None:
    order = await case.committing()
    assert await case.orders.discard_permitted(order, 60.0) is None
    discarded = held(await case.orders.discard_permitted(order, 0.0))
    assert (discarded.handle, list(discarded.discarded)) == ("7", ["7"])
    assert await case.orders.permit_again(discarded, 0.0) is None


async def test_a_refused_commit_keeps_its_handle(case: Case) -> None:
    kept = held(await case.orders.hold_keeping_handle(await case.committing(), HELD))
    assert (kept.status, kept.phase, kept.handle) == ("on_hold", "held", "7")


async def test_a_handle_that_is_gone_gives_way_to_another(case: Case) -> None:
    order = held(await case.orders.handle_gone(await case.committing(), now()))
    assert (order.phase, order.handle, list(order.discarded)) == ("intent", None, ["7"])
    assert await case.orders.save_handle(order, "8") is not None


async def test_a_result_is_saved_with_its_events_whoever_has_the_epoch(case: Case) -> None:
    order = await case.committing()
    held(await case.orders.claim(order, 9))
    placed = held(await case.orders.record_placed(order, STORE_ORDER))
    assert (placed.status, placed.phase, placed.store_order) == ("placed", "placed", STORE_ORDER)
    assert placed.document["sequence"] == order.document["sequence"] + 1
    assert [one["topic"] for one in placed.document["outbox"]][-2:] == [
        "order.changed",
        "order.created",
    ]
    assert await case.orders.record_placed(order, STORE_ORDER) is None, "and only once"


async def test_a_result_is_not_saved_over_a_newer_sequence(case: Case) -> None:
    order = await case.committing()
    noted = held(await case.orders.note_unknown(order, reason("outcome_unknown"), now()))
    assert await case.orders.record_placed(order, STORE_ORDER) is None
    assert held(await case.orders.record_placed(noted, STORE_ORDER)).unknown_since is None


async def test_an_unknown_outcome_is_told_once_and_counted(case: Case) -> None:
    order = await case.committing()
    first = held(await case.orders.note_unknown(order, reason("outcome_unknown"), now()))
    again = held(await case.orders.note_unknown(first, reason("outcome_unknown"), now()))
    assert codes(again) == ["outcome_unknown"]
    assert again.unknown_since == first.unknown_since
    assert again.document["sequence"] == first.document["sequence"]
    assert again.failures == 2
    assert await case.orders.unknown_for(now() + timedelta(seconds=1)) == 1
    assert await case.orders.unknown_for(now() - timedelta(minutes=15)) == 0


async def test_an_order_that_is_put_back_was_never_begun(case: Case) -> None:
    order = held(await case.orders.put_back(await case.claimed()))
    assert (order.status, order.phase, order.document["reasons"]) == ("approved", None, [])


async def test_a_held_order_that_kept_its_handle_goes_on_with_it(case: Case) -> None:
    kept = held(await case.orders.hold_keeping_handle(await case.committing(), HELD))
    update = {"$set": {"status": "approved", "due_at": now()}, "$inc": {"version": 1}}
    await case.database["orders"].update_one({"_id": kept.id}, update)
    again = held(await case.orders.claim(await case.reread(kept), 2))
    assert (again.phase, again.handle, again.permitted_by_us) == ("committing", "7", False)


async def test_a_full_outbox_lets_nothing_be_told(case: Case) -> None:
    order = await case.approved(outbox=[{"event_id": str(n)} for n in range(32)])
    assert await case.orders.claim(order, 1) is None


async def test_the_questions_of_the_lanes_use_their_index(database: Database) -> None:
    await Orders(database).ensure_indexes()
    case = Case(database)
    for number in range(300):
        await case.approved(due_at=now() if number % 3 else None, store_id=f"store-{number % 2}")
    due = {"due_at": {"$type": "date", "$lte": now()}}
    told = await database.command(
        "explain",
        {"distinct": "orders", "key": "store_id", "query": due},
        verbosity="executionStats",
    )
    assert told["executionStats"]["totalKeysExamined"] <= 8
    one_store = {"find": "orders", "filter": {"store_id": "store-1", **due}, "sort": {"due_at": 1}}
    told = await database.command("explain", {**one_store, "limit": 5}, verbosity="executionStats")
    assert told["executionStats"]["totalDocsExamined"] == 5
