"""Whose orders a query shows, and that what may be in the store is nobody's to judge again."""

from typing import Any

import pytest
from giftstream.clock import now
from giftstream.delivery import replace
from giftstream.mongo import Database, Document
from order_placement.deciding.carry_out import CarryOut
from order_placement.order_events import ORDERS
from order_placement.orders import Orders, Wanted
from order_placement.rechecks import RECHECKS, Rechecks

SHORT = [{"code": "out_of_stock", "detail": "", "path": None}]


async def held(database: Database, order_id: str, **changed: Any) -> None:
    """An order that is held for stock and that nobody has begun to place."""
    order: Document = {
        "_id": order_id, "version": 1, "outbox": [], "brand_id": "acme", "campaign_id": "spring",
        "store_id": "s1", "status": "on_hold", "reasons": SHORT, "created_at": now(),
        "lines": [{"product_ref": "p1"}], "placing": {"phase": "held", "handle": None},
    }  # fmt: skip
    await database[ORDERS].insert_one(order | changed)


@pytest.fixture
async def orders(database: Database) -> Orders:
    orders = Orders(database)
    await orders.ensure_indexes()
    await held(database, "mine")
    await held(database, "theirs", brand_id="other")
    return orders


async def test_a_brand_sees_its_own_orders_alone(orders: Orders) -> None:
    assert await orders.find("mine", "acme") is not None
    assert await orders.find("theirs", "acme") is None
    assert await orders.find("theirs", None) is not None
    page = await orders.page(Wanted(brand_id="acme", campaign_id="spring"), None, 10)
    assert [one["_id"] for one in page] == ["mine"]
    named = await orders.page(Wanted(brand_id="acme"), ["mine", "theirs"], 10)
    assert [one["_id"] for one in named] == ["mine"]


@pytest.mark.parametrize(
    "begun",
    [
        {"placing": {"phase": "held", "handle": "7"}},
        {"placing": {"phase": "intent", "handle": None}},
        {"status": "placing"},
        {"status": "cancelled"},
    ],
    ids=["a handle", "being placed", "placing", "called off"],
)
async def test_what_has_begun_is_not_judged_again(
    orders: Orders, database: Database, begun: Document
) -> None:
    await held(database, "begun", **begun)
    assert [one["_id"] for one in await orders.still_waiting(["mine", "begun"])] == ["mine"]
    assert {one["_id"] for one in await orders.short_of("s1", "p1")} == {"mine", "theirs"}
    waiting = [one["_id"] async for page in orders.waiting_of("spring") for one in page]
    assert set(waiting) == {"mine", "theirs"}


class Outbox:
    """Says what it was given to publish."""

    def __init__(self) -> None:
        self.published: list[Any] = []

    async def publish(self, held: Any) -> None:
        self.published += [one.id for one in held]


async def test_a_decision_about_what_others_wrote_meanwhile_is_made_again(
    orders: Orders, database: Database
) -> None:
    outbox: Any = Outbox()
    carry_out = CarryOut(database, outbox)
    mine, theirs = [await orders.find(one, None) for one in ("mine", "theirs")]
    assert mine is not None
    assert theirs is not None
    await database[ORDERS].update_one({"_id": "mine"}, {"$inc": {"version": 1}})
    told = [{"event_id": "e", "topic": "order.changed"}]
    puts = [replace(ORDERS, one, {**one, "status": "rejected"}, told) for one in (mine, theirs)]
    assert not await carry_out([puts[0]], [puts[1]])
    after = {one["_id"]: one["status"] async for one in database[ORDERS].find({})}
    assert after == {"mine": "on_hold", "theirs": "rejected"}
    assert outbox.published == ["theirs"], "what stands is told of even then"


async def test_a_mark_that_was_set_again_meanwhile_stays(database: Database) -> None:
    rechecks = Rechecks(database)
    await database[RECHECKS].insert_one(
        {"_id": "spring", "because": ["store"], "due_at": now(), "marks": 1, "version": 1}
    )
    (due,) = await rechecks.due()
    await database[RECHECKS].update_one({"_id": "spring"}, {"$inc": {"marks": 1, "version": 1}})
    await rechecks.done(due)
    (again,) = await rechecks.due()
    await rechecks.done(again)
    assert await rechecks.due() == []
