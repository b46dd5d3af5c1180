"""The compare-and-sets of placing, on a real MongoDB and on the one in memory alike."""

from datetime import timedelta

from giftstream.clock import now
from giftstream.mongo import Database
from giftstream.reasons import reason
from order_placement.orders import Orders
from placements_cases import Case, held
from placing_world import STORE, codes

HELD = [reason("total_not_zero")]


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


async def test_the_handle_of_an_order_called_off_goes_once_no_call_can_be_under_way(
    case: Case,
) -> None:
    order = await case.committing("7")
    update = {"$set": {"status": "cancelled", "due_at": None}, "$inc": {"version": 1}}
    await case.database["orders"].update_one({"_id": order.id}, update)
    assert not await case.orders.record_discarded(order.id, "7", finished_for_s=60.0)
    assert await case.orders.record_discarded(order.id, "7", finished_for_s=0.0)


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
