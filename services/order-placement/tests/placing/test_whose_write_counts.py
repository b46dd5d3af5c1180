"""Who has claimed an order may write it, as it was read; but its result stands whoever saves it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from giftstream.clock import now
from giftstream.reasons import reason
from order_placement.placing.gift_order import GiftOrder
from order_placement.placing.placements import Placements
from placements_cases import STORE_ORDER, Case, held

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


async def test_a_result_is_not_saved_where_another_handle_took_the_place(case: Case) -> None:
    order = await case.committing("7")
    again = held(await case.orders.handle_gone(order, now()))
    other = held(await case.orders.save_permitted_handle(again, "8"))
    assert await case.orders.record_placed(order, STORE_ORDER) is None
    assert held(await case.orders.record_placed(other, STORE_ORDER)).handle == "8"


async def test_a_result_that_comes_after_the_hold_is_saved_all_the_same(case: Case) -> None:
    kept = held(await case.orders.hold_keeping_handle(await case.committing(), HELD))
    placed = held(await case.orders.record_placed(kept, STORE_ORDER))
    assert (placed.status, placed.document["reasons"]) == ("placed", [])
