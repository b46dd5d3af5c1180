"""What is claimed and what follows from it, in a real MongoDB: several writers at once."""

import asyncio
from collections.abc import Sequence

from giftstream.delivery import Put, Writer, add, insert, replace, together
from giftstream.delivery.folding import fold
from giftstream.mongo import Database, Document

LIMIT, EACH = 100, 7
EMPTY: Document = {"_id": "spring", "brand_id": "acme", "spent": {}, "outbox": []}


def taking(order: str, budget: Document | None) -> Sequence[Put]:
    before = budget or EMPTY
    spent = before["spent"].get("EUR", 0) + EACH
    after = {**before, "spent": {"EUR": spent}}
    counted = add("budgets", budget, after, "spent", {"EUR": max(LIMIT - spent, 0)})
    return together("spring", [counted, insert("orders", {"_id": order, "takes": EACH})])


async def take(database: Database, order: str) -> bool:
    """As a replica does it: read, plan, write, and again when the plan did not hold."""
    while True:
        budget = await database["budgets"].find_one({"_id": "spring"})
        if budget and budget["spent"].get("EUR", 0) + EACH > LIMIT:
            return False
        outcome = await Writer(database).write(fold(taking(order, budget)))
        if outcome.is_clean:
            return True


async def test_of_many_at_once_those_that_fit_are_counted_and_stand(database: Database) -> None:
    took = await asyncio.gather(*(take(database, f"order-{n}") for n in range(40)))
    assert sum(took) == LIMIT // EACH
    budget = await database["budgets"].find_one({"_id": "spring"})
    assert budget is not None
    assert budget["spent"] == {"EUR": (LIMIT // EACH) * EACH}
    assert budget["brand_id"] == "acme"
    assert await database["orders"].count_documents({}) == LIMIT // EACH


async def test_nothing_of_a_group_stands_when_one_of_it_does_not(database: Database) -> None:
    await database["orders"].insert_one({"_id": "there", "version": 1})
    outcome = await Writer(database).write(fold(taking("there", None)))
    assert outcome.conflicts == {("budgets", "spring"), ("orders", "there")}
    assert await database["budgets"].count_documents({}) == 0
    stale = {"_id": "there", "version": 7, "outbox": []}
    puts = together("spring", [*taking("new", None), replace("orders", stale, {**stale, "a": 1})])
    assert not (await Writer(database).write(fold(puts))).stand
    assert await database["orders"].count_documents({}) == 1


async def test_what_is_given_back_needs_no_room(database: Database) -> None:
    await database["budgets"].insert_one({**EMPTY, "spent": {"EUR": 1000}, "version": 1})
    back = {**EMPTY, "spent": {"EUR": -EACH}}
    await Writer(database).write(
        fold(together("spring", [add("budgets", EMPTY, back, "spent", {})]))
    )
    budget = await database["budgets"].find_one({"_id": "spring"})
    assert budget is not None
    assert (budget["spent"], budget["version"]) == ({"EUR": 1000 - EACH}, 2)


async def test_an_order_whose_claim_went_to_another_is_not_written(database: Database) -> None:
    """Two replicas read that the creator has nothing yet. The second one's claim is refused; its
    order, approved by a plan that does not hold, must not stand until it is planned again."""
    await database["allowances"].insert_one({"_id": "ana", "version": 1, "claims": {"first": 1}})
    changes = [
        [insert("allowances", {"_id": who}), insert("selections", {"_id": order}), order_of(order)]
        for who, order in (("ana", "second"), ("eva", "other"))
    ]
    outcome = await Writer(database).write(fold(p for one in changes for p in one), changes)
    assert {one["_id"] async for one in database["orders"].find()} == {"other"}
    assert {one["_id"] async for one in database["selections"].find()} == {"other"}
    late = {("allowances", "ana"), ("selections", "second"), ("orders", "second")}
    assert outcome.conflicts == late


def order_of(order: str) -> Put:
    return insert("orders", {"_id": order, "status": "approved"})
