"""From records on Kafka to what `GET /selections` says and what is published."""

import asyncio
import json

from giftstream import signatures
from support import topics
from support.intake_world import TOPIC, codes, recipient
from support.order_placement import OrderPlacement
from support.waiting import until


async def test_bare_foreign_json_becomes_an_order_that_is_told_to_everybody(
    placement: OrderPlacement,
) -> None:
    world = await placement.world()
    await world.submit(world.body())
    order = await world.order()
    assert (order["status"], order["reasons"]) == ("approved", [])
    told = await _last(placement, "order.changed", order["order_id"])
    assert told["status"] == "approved"
    assert told["lines"][0]["variant_ref"] == "1"
    assert "Ana" not in json.dumps(told)


async def test_the_same_selection_thrice_at_once_and_after_the_catalog_changed_is_one_order(
    placement: OrderPlacement,
) -> None:
    world = await placement.world()
    body = world.body()
    await world.submit(*({**body, "event_id": f"event-{n}"} for n in range(3)))
    first = await world.order()
    await world.item("1", campaigns=[], status="deleted")
    await placement.knows("catalog_items", {"store_id": world.store_id, "status": "deleted"}, 1)
    await world.submit(body, world.body("sel-2", lines=[{"sku": "SKU-2", "quantity": 1}]))
    await world.order("sel-2")
    assert (await world.order())["order_id"] == first["order_id"]
    count = await placement.database["orders"].count_documents({"brand_id": world.brand_id})
    assert count == 2


async def test_a_conflict_is_refused_visibly_and_the_first_stands(
    placement: OrderPlacement,
) -> None:
    world = await placement.world()
    await world.submit(world.body(), world.body(creator_id="other"))
    await placement.knows("refusals", {"brand_id": world.brand_id}, 1)
    found = await world.outcome()
    assert codes(found["refusals"][0]) == ["selection_conflict"]
    assert found["orders"][0]["creator_id"] == "cr-77"
    refused = await _refused(placement, world.brand_id)
    assert refused["selection_id"] == "sel-1"
    assert codes(refused) == ["selection_conflict"]


async def test_rubbish_between_good_records_is_parked_and_refused_and_stops_nobody(
    placement: OrderPlacement,
) -> None:
    world = await placement.world()
    huge = world.body("huge", note="x" * 300 * 1024)
    await world.submit(world.body("a"), b"{", None, b"\xff", huge, b"[]", world.body("b"))
    await world.order("a")
    await world.order("b")
    found = await world.outcome("huge", "refused")
    assert [one["code"] for one in found["reasons"]] == ["invalid_selection"]

    async def parked() -> bool:
        letters = await topics.read_all(placement.servers.kafka, f"{TOPIC}.dlq")
        mine = [one for one in letters if one.key == world.brand_id.encode()]
        return sorted(len(one.value or b"") for one in mine)[:4] == [0, 1, 1, 2] and len(mine) == 5

    await until(parked, within_s=20.0, what="five dead letters")


async def test_a_wrong_header_is_a_dead_letter_and_refused(placement: OrderPlacement) -> None:
    world = await placement.world()
    await world.submit(world.body(), headers=[(signatures.HEADER, b"\xff\xfe")])
    found = await world.outcome(is_="refused")
    assert [one["code"] for one in found["reasons"]] == ["bad_signature"]


async def test_signed_selections_are_checked_with_the_publishers_secret(
    placement: OrderPlacement,
) -> None:
    world = await placement.world(unsigned_selections="review")
    key_id = f"key-{world.suffix}"
    secret = {"brand_id": world.brand_id, "secret": "s3cret"}
    placement.others.publishers[key_id] = secret
    await world.submit_signed(world.body("signed"), "s3cret", key_id)
    await world.submit_signed(world.body("forged"), "guess", key_id)
    await world.submit(world.body("bare"))
    assert (await world.order("signed"))["status"] == "approved"
    bare = await world.order("bare")
    assert (bare["status"], codes(bare)) == ("pending_review", ["needs_review"])
    forged = await world.outcome("forged", "refused")
    assert [one["code"] for one in forged["reasons"]] == ["bad_signature"]


async def test_an_unknown_key_is_waited_for(placement: OrderPlacement) -> None:
    world = await placement.world()
    key_id = f"late-{world.suffix}"
    await world.submit_signed(world.body(), "s3cret", key_id)
    await world.outcome(is_="waiting")
    secret = {"brand_id": world.brand_id, "secret": "s3cret"}
    placement.others.publishers[key_id] = secret
    assert (await world.order())["status"] == "approved"
    await _nothing_waits(placement, world.brand_id)


async def test_an_event_for_a_campaign_that_comes_a_second_later_becomes_an_order(
    placement: OrderPlacement,
) -> None:
    world = await placement.world()
    late = f"late-{world.suffix}"
    await world.submit(world.body(campaign_id=late))
    waiting = await world.outcome(is_="waiting")
    assert [one["code"] for one in waiting["reasons"]] == ["unknown_campaign"]
    await asyncio.sleep(1.0)  # the case is about a real second
    await world.campaign(campaign_id=late)
    order = await world.order()
    assert codes(order) == ["product_not_imported"]
    await _nothing_waits(placement, world.brand_id)


async def test_what_never_becomes_known_is_refused_in_the_end(placement: OrderPlacement) -> None:
    world = await placement.world()
    await world.submit(world.body(campaign_id="nowhere"))
    found = await world.outcome(is_="refused")
    assert [one["code"] for one in found["reasons"]] == ["unknown_campaign"]
    await _nothing_waits(placement, world.brand_id)


async def test_a_recipient_may_be_incomplete(placement: OrderPlacement) -> None:
    world = await placement.world()
    await world.submit(world.body(recipient=recipient(email=None)))
    order = await world.order()
    assert (order["status"], codes(order)) == ("on_hold", ["missing_email"])


async def test_replicas_cannot_both_give_the_last_gift_away(placement: OrderPlacement) -> None:
    world = await placement.world({"allowance": {"orders_per_creator": 3}})
    await world.submit(*(world.body(f"sel-{n}") for n in range(40)))
    found = await asyncio.gather(*(world.order(f"sel-{n}") for n in range(40)))
    statuses = [one["status"] for one in found]
    assert statuses.count("approved") == 3
    assert {code for one in found for code in codes(one)} == {"duplicate_order"}


async def _last(placement: OrderPlacement, topic: str, key: str) -> dict:
    records = await topics.read_all(placement.servers.kafka, topic)
    return json.loads([one for one in records if one.key == key.encode()][-1].value)


async def _refused(placement: OrderPlacement, brand_id: str) -> dict:
    records = await topics.read_all(placement.servers.kafka, "selection.refused")
    bodies = [json.loads(one.value) for one in records]
    return [one for one in bodies if one["brand_id"] == brand_id][-1]


async def _nothing_waits(placement: OrderPlacement, brand_id: str) -> None:
    async def none() -> bool:
        return await placement.database["waiting"].count_documents({"brand_id": brand_id}) == 0

    await until(none, within_s=20.0, what="nothing waiting")
