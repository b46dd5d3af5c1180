"""A selection that is taken back: before it came, while it waits, while it is placed, too late."""

import asyncio
import json
from typing import Any

import pytest
from giftstream import signatures
from support import topics
from support.intake_world import codes
from support.order_placement import OrderPlacement, World
from support.waiting import until

TOPIC = "selection.withdrawn"
REVIEW = {"auto_approve": False}


async def withdraw(
    world: World, *selection_ids: str, secret: str = "", key_id: str = "", **more: Any
) -> None:
    """Publish withdrawals as a platform would, signed where a secret is given."""
    records = []
    for selection_id in selection_ids:
        said = {"brand_id": world.brand_id, "selection_id": selection_id, **more}
        value = json.dumps(said).encode()
        signed = [(signatures.HEADER, signatures.sign(secret, value, key_id).encode())]
        key = selection_id.encode()  # not the selection's own key: nothing may depend on it
        records.append((TOPIC, key, value, signed if secret else []))
    await topics.publish(world.running.servers.kafka, records)


async def become(world: World, selection_id: str, outcome: str) -> dict[str, Any]:
    """What became of the selection, once its withdrawal has this outcome."""
    return await world.running.when(
        f"/selections/{world.brand_id}/{selection_id}",
        lambda found: found["withdrawal"] is not None and found["withdrawal"]["outcome"] == outcome,
    )


async def publisher(world: World) -> str:
    """A key of the brand; its secret is `s3cret`."""
    key_id = f"key-{world.suffix}"
    secret = {"brand_id": world.brand_id, "secret": "s3cret"}
    world.running.others.publishers[key_id] = secret
    return key_id


async def set_order(world: World, order: dict[str, Any], **fields: Any) -> None:
    """Put an order where only a store could bring it."""
    await world.running.database["orders"].update_one(
        {"_id": order["order_id"]}, {"$set": fields, "$inc": {"version": 1}}
    )


async def told(placement: OrderPlacement, order_id: str) -> dict[str, Any]:
    records = await topics.read_all(placement.servers.kafka, "order.changed")
    mine = [json.loads(one.value) for one in records if one.key == order_id.encode()]
    return dict(mine[-1])


async def test_an_order_that_waits_is_cancelled_and_everybody_hears_why(
    placement: OrderPlacement,
) -> None:
    world = await placement.world({"allowance": {"orders_per_creator": 1}, **REVIEW})
    await world.submit(world.body())
    order = await world.order()
    await withdraw(world, "sel-1", reason="The creator left.", occurred_at="2026-11-22T10:00:00Z")
    found = await become(world, "sel-1", "done")
    (cancelled,) = found["orders"]
    assert (cancelled["status"], codes(cancelled)) == ("cancelled", ["selection_withdrawn"])
    assert cancelled["reasons"][0]["detail"] == "The creator left."
    assert found["withdrawal"]["withdrawn_at"].startswith("2026-11-22T10:00:00")
    event = await told(placement, order["order_id"])
    assert (event["status"], codes(event)) == ("cancelled", ["selection_withdrawn"])
    await world.submit(world.body("sel-2"))
    assert codes(await world.order("sel-2")) == ["needs_review"], "its allowance is free again"
    # The same again, and the selection again, change nothing.
    await withdraw(world, "sel-1", reason="Again.")
    await world.submit(world.body())
    await world.submit(world.body("sel-3"))
    await world.outcome("sel-3")
    assert (await world.order())["sequence"] == cancelled["sequence"]


async def test_a_withdrawal_that_comes_before_its_selection_counts(
    placement: OrderPlacement,
) -> None:
    world = await placement.world({"allowance": {"orders_per_creator": 1}})
    await withdraw(world, "sel-1")
    first = await become(world, "sel-1", "waiting")
    assert (first["outcome"], first["orders"]) == ("withdrawn", [])
    await world.submit(world.body(), world.body("sel-2"))
    (order,) = (await become(world, "sel-1", "done"))["orders"]
    assert (order["status"], codes(order), order["sequence"]) == (
        "cancelled",
        ["selection_withdrawn"],
        1,
    )
    assert (await world.order("sel-2"))["status"] == "approved", "it claimed nothing"


@pytest.mark.long
async def test_both_at_once_end_cancelled_whoever_is_first(placement: OrderPlacement) -> None:
    world = await placement.world()
    ids = [f"s{number}" for number in range(40)]
    submits = [world.submit(world.body(one)) for one in ids]
    await asyncio.gather(*submits, *(withdraw(world, one) for one in ids))
    for one in ids:
        (order,) = (await become(world, one, "done"))["orders"]
        assert (order["status"], codes(order)) == ("cancelled", ["selection_withdrawn"])


async def test_while_it_is_placed_the_withdrawal_is_noted_as_a_persons_cancel(
    placement: OrderPlacement,
) -> None:
    world = await placement.world(REVIEW)
    await world.submit(world.body())
    order = await world.order()
    await set_order(world, order, status="placing", **{"placing.phase": "committing"})
    await withdraw(world, "sel-1", reason="Too many.")
    (noted,) = (await become(world, "sel-1", "done"))["orders"]
    assert (noted["status"], noted["cancel_requested"]["reason"]) == ("placing", "Too many.")
    stored = await placement.database["orders"].find_one({"_id": order["order_id"]})
    assert stored is not None
    assert stored["placing"]["cancel_requested"]["code"] == "selection_withdrawn"
    assert stored["due_at"] is not None, "its lane finds it"


async def test_after_placing_the_order_stays_and_says_that_it_was_too_late(
    placement: OrderPlacement,
) -> None:
    world = await placement.world(REVIEW)
    await world.submit(world.body())
    order = await world.order()
    await set_order(world, order, status="placed", reasons=[], **{"placing.phase": "placed"})
    await withdraw(world, "sel-1", reason="Mistake.")
    (stays,) = (await become(world, "sel-1", "done"))["orders"]
    assert (stays["status"], codes(stays)) == ("placed", ["withdrawn_too_late"])
    assert "Mistake." in stays["reasons"][0]["detail"]
    assert codes(await told(placement, order["order_id"])) == ["withdrawn_too_late"]
    await asyncio.sleep(1.5)  # it is looked at again, which must add nothing
    assert (await world.order())["sequence"] == stays["sequence"]


async def test_who_may_withdraw_is_who_may_submit(placement: OrderPlacement) -> None:
    world = await placement.world(REVIEW, unsigned_selections="review")
    key_id = await publisher(world)
    await world.submit_signed(world.body(), "s3cret", key_id)
    await world.order()
    await withdraw(world, "sel-1", secret="guess", key_id=key_id)
    await withdraw(world, "sel-1")
    await placement.knows("refusals", {"brand_id": world.brand_id}, 2)
    found = await world.outcome()
    assert {one["source"]["topic"] for one in found["refusals"]} == {TOPIC}
    assert sorted(code for one in found["refusals"] for code in codes(one)) == [
        "bad_signature",
        "unsigned_not_accepted",
    ]
    assert (found["withdrawal"], found["orders"][0]["status"]) == (None, "pending_review")
    await withdraw(world, "sel-1", secret="s3cret", key_id=key_id)
    assert (await become(world, "sel-1", "done"))["orders"][0]["status"] == "cancelled"


async def test_an_unsigned_one_before_a_signed_selection_does_not_count_a_signed_one_does(
    placement: OrderPlacement,
) -> None:
    world = await placement.world(REVIEW, unsigned_selections="review")
    key_id = await publisher(world)
    await withdraw(world, "sel-1")
    await become(world, "sel-1", "waiting")
    await world.submit_signed(world.body(), "s3cret", key_id)
    found = await become(world, "sel-1", "refused")
    assert codes(found["withdrawal"]) == ["unsigned_not_accepted"]
    assert found["orders"][0]["status"] == "pending_review"
    await placement.knows("refusals", {"brand_id": world.brand_id}, 1)
    await withdraw(world, "sel-1", secret="s3cret", key_id=key_id)
    assert (await become(world, "sel-1", "done"))["orders"][0]["status"] == "cancelled"


async def test_rubbish_is_parked_and_strangers_are_refused_in_the_end(
    placement: OrderPlacement,
) -> None:
    world = await placement.world()
    key = world.brand_id.encode()
    nobody = json.dumps({"brand_id": f"no-{world.suffix}", "selection_id": "x"}).encode()
    huge = json.dumps({"brand_id": world.brand_id, "selection_id": "huge", "reason": "x" * 3000})
    values = [b"{", None, b"[]", b'{"selection_id": 7}', nobody, huge.encode()]
    await topics.publish(placement.servers.kafka, [(TOPIC, key, one, []) for one in values])
    await withdraw(world, "sel-1")
    await become(world, "sel-1", "waiting")

    async def parked() -> bool:
        letters = await topics.read_all(placement.servers.kafka, f"{TOPIC}.dlq")
        return len([one for one in letters if one.key == key]) == 4

    await until(parked, within_s=20.0, what="four dead letters")
    found = await placement.when(f"/selections/{world.brand_id}/huge", lambda one: one["refusals"])
    assert (found["outcome"], codes(found["refusals"][0])) == ("unknown", ["invalid_selection"])
    path = f"/selections/no-{world.suffix}/x"
    refused = await placement.when(path, lambda one: one["refusals"])
    assert codes(refused["refusals"][0]) == ["unknown_brand"]
    left = {"brand_id": {"$in": [world.brand_id, f"no-{world.suffix}"]}}
    assert await placement.database["waiting"].count_documents(left) == 0
