"""Selections: checked, counted, signed, published; and what becomes of them."""

import asyncio
import json
import signal
from collections import Counter
from typing import Any

import pytest
from giftstream import signatures
from support import topics
from support.waiting import until

Campaign = Any
Shops = Any

ANA = {
    "name": "Ana García",
    "email": "ana@example.com",
    "address": {"line1": "Calle Mayor 1", "city": "Madrid", "postcode": "28013", "country": "ES"},
}


async def _join(campaign: Campaign, campaign_id: str, creator_id: str, **fields: Any) -> str:
    path = f"/campaigns/{campaign_id}/participations"
    joined = await campaign.made(path, {"creator_id": creator_id, **fields})
    return str(joined["participation_id"])


def _selecting(item: dict[str, Any], quantity: int = 1) -> dict[str, Any]:
    line = {"item_id": item["item_id"], "quantity": quantity}
    return {"lines": [line], "recipient": ANA, "note": "with a card"}


async def _published(campaign: Campaign, brand_id: str) -> list[Any]:
    """What is on selection.submitted for a brand."""
    records = await topics.read_all(campaign.servers.kafka, "selection.submitted")
    return [one for one in records if one.key.startswith(f"{brand_id}/".encode())]


async def test_a_selection_arrives_on_kafka_signed_by_the_brands_own_publisher(
    campaign: Campaign, shops: Shops
) -> None:
    brand_id = await campaign.brand()
    campaign_id, items = await shops.offering(brand_id)
    participation_id = await _join(campaign, campaign_id, "cr-1")
    path = f"/participations/{participation_id}/selections"
    made = await campaign.made(path, {**_selecting(items[0]), "reference": "order-5"})
    assert made["status"] == "submitted"
    (record,) = await _published(campaign, brand_id)
    body = json.loads(record.value)
    assert body["selection_id"] == made["selection_id"]
    assert (body["campaign_id"], body["creator_id"]) == (campaign_id, "cr-1")
    assert body["recipient"]["email"] == "ana@example.com"
    assert (body["reference"], body["note"]) == ("order-5", "with a card")
    headers = dict(record.headers)
    assert headers["ce_type"] == b"selection.submitted"
    signature = signatures.parse(headers[signatures.HEADER])
    assert signature is not None
    async with campaign.as_service("order-placement") as service:
        publisher = (await service.get(f"/internal/publishers/{signature.key_id}")).json()
    assert publisher["brand_id"] == brand_id
    assert signatures.verify(publisher["secret"], record.value, signature)


async def test_no_person_is_readable_at_rest(campaign: Campaign, shops: Shops) -> None:
    brand_id = await campaign.brand()
    campaign_id, items = await shops.offering(brand_id)
    participation_id = await _join(campaign, campaign_id, "cr-1")
    path = f"/participations/{participation_id}/selections"
    made = await campaign.made(path, _selecting(items[0]))
    stored = await campaign.database()["selections"].find_one(
        {"selection_id": made["selection_id"]}
    )
    for secret in ("Ana", "ana@example.com", "Calle Mayor", "with a card"):
        assert secret.encode() not in str(stored).encode()
    shown = await campaign.got(f"/selections/{made['selection_id']}")
    assert "recipient" not in shown


async def test_of_fifty_at_once_an_allowance_of_one_takes_one(
    campaign: Campaign, shops: Shops
) -> None:
    brand_id = await campaign.brand()
    limits = {"items": 1, "value": "unlimited", "orders_per_creator": "unlimited"}
    campaign_id, items = await shops.offering(brand_id, allowance=limits)
    participation_id = await _join(campaign, campaign_id, "cr-1")
    path = f"/participations/{participation_id}/selections"
    answers = await asyncio.gather(
        *(campaign.http.post(path, json=_selecting(items[n % 2])) for n in range(50))
    )
    codes = Counter((one.status_code, one.json().get("code")) for one in answers)
    assert codes == {(201, None): 1, (409, "allowance_exceeded"): 49}
    assert len(await _published(campaign, brand_id)) == 1
    listed = (await campaign.got(f"/campaigns/{campaign_id}/participations"))["items"]
    assert listed[0]["used"]["items"] == 1
    left = await campaign.database()["selections"].count_documents({"brand_id": brand_id})
    assert left == 1


async def test_a_second_order_beyond_the_number_of_orders_is_a_duplicate(
    campaign: Campaign, shops: Shops
) -> None:
    brand_id = await campaign.brand()
    limits = {"items": "unlimited", "value": "unlimited", "orders_per_creator": 1}
    campaign_id, items = await shops.offering(brand_id, allowance=limits)
    first = await _join(campaign, campaign_id, "cr-1")
    again = await _join(campaign, campaign_id, "cr-1")
    assert first == again, "a creator added again is the same participation"
    path = f"/participations/{first}/selections"
    await campaign.made(path, _selecting(items[0]))
    refused = await campaign.http.post(path, json=_selecting(items[1]))
    assert (refused.status_code, refused.json()["code"]) == (409, "duplicate_order")


async def test_a_selection_posted_twice_is_one_and_with_other_content_a_conflict(
    campaign: Campaign, shops: Shops
) -> None:
    brand_id = await campaign.brand()
    limits = {"items": 1, "value": "unlimited", "orders_per_creator": 1}
    campaign_id, items = await shops.offering(brand_id, allowance=limits)
    body = {
        **_selecting(items[0]),
        "selection_id": "sel-1",
        "campaign_id": campaign_id,
        "creator_id": "cr-unknown-before",
        "some_field_of_the_platform": 7,
    }
    async with await campaign.key(brand_id, "orders:write", "orders:read") as http:
        answers = await asyncio.gather(*(http.post("/selections", json=body) for _ in range(8)))
        assert {one.status_code for one in answers} == {202}
        other = await http.post("/selections", json={**body, "note": "another"})
        assert (other.status_code, other.json()["code"]) == (409, "selection_conflict")
        shown = (await http.get("/selections/sel-1")).json()
        assert shown["status"] == "submitted"
    assert len(await _published(campaign, brand_id)) == 1


async def test_the_administrator_has_to_name_the_brand(campaign: Campaign, shops: Shops) -> None:
    brand_id = await campaign.brand()
    campaign_id, items = await shops.offering(brand_id)
    body = {
        **_selecting(items[0]),
        "selection_id": "s",
        "campaign_id": campaign_id,
        "creator_id": "c",
    }
    refused = await campaign.http.post("/selections", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "brand_required")
    await campaign.made("/selections", {**body, "brand_id": brand_id})


async def test_each_line_that_cannot_be_given_is_named(campaign: Campaign, shops: Shops) -> None:
    brand_id = await campaign.brand()
    campaign_id, items = await shops.offering(brand_id)
    path = f"/participations/{await _join(campaign, campaign_id, 'cr-1')}/selections"
    lines = [
        {"item_id": "nothing", "quantity": 1},
        {"sku": items[0]["sku"], "quantity": 1},
        {"store_id": items[0]["store_id"], "variant_ref": "1", "quantity": 1},
        {"sku": "no-such", "quantity": 1},
    ]
    answer = await campaign.http.post(path, json={"lines": lines, "recipient": ANA})
    assert (answer.status_code, answer.json()["code"]) == (422, "product_not_imported")
    paths = [(one["path"], one["code"]) for one in answer.json()["reasons"]]
    assert paths == [(f"lines[{n}]", "product_not_imported") for n in (0, 2, 3)]
    two_names = [{**lines[0], **lines[3]}]
    zero = [{"sku": "x", "quantity": 0}]
    many = [{"sku": "x", "quantity": 1}] * 51
    for bad in ([], zero, many, two_names, [{"sku": {"$ne": ""}, "quantity": 1}], "x", None):
        answer = await campaign.http.post(path, json={"lines": bad})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), bad
    by_variant = {k: items[0][k] for k in ("store_id", "variant_ref")}
    await campaign.made(path, {"lines": [{**by_variant, "quantity": 1}], "recipient": ANA})


async def test_a_campaign_that_gives_nothing_or_is_not_open_takes_no_selection(
    campaign: Campaign, shops: Shops
) -> None:
    brand_id = await campaign.brand()
    campaign_id, items = await shops.offering(brand_id)
    path = f"/participations/{await _join(campaign, campaign_id, 'cr-1')}/selections"
    await campaign.made(f"/campaigns/{campaign_id}/close", {})
    refused = await campaign.http.post(path, json=_selecting(items[0]))
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign_closed")
    await campaign.made(f"/campaigns/{campaign_id}/reopen", {})
    edited = await campaign.http.patch(f"/campaigns/{campaign_id}", json={"type": "paid_only"})
    assert edited.status_code == 200
    refused = await campaign.http.post(path, json=_selecting(items[0]))
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign_not_gifting")
    body = {**_selecting(items[0]), "selection_id": "s", "creator_id": "c", "brand_id": brand_id}
    unknown = await campaign.http.post("/selections", json={**body, "campaign_id": "none"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_campaign")


async def test_a_refusal_is_shown_and_gives_the_allowance_back(
    campaign: Campaign, shops: Shops
) -> None:
    brand_id = await campaign.brand()
    limits = {"items": 1, "value": "unlimited", "orders_per_creator": 1}
    campaign_id, items = await shops.offering(brand_id, allowance=limits)
    path = f"/participations/{await _join(campaign, campaign_id, 'cr-1')}/selections"
    made = await campaign.made(path, _selecting(items[0]))
    refusal = {
        "event_id": "r1",
        "occurred_at": "2026-11-22T10:00:00Z",
        "selection_id": made["selection_id"],
        "brand_id": brand_id,
        "reasons": [{"code": "bad_signature", "detail": "no", "path": None}],
        "source": {"topic": "selection.submitted", "partition": 0, "offset": 1},
    }
    await campaign.say("selection.refused", "any", {**refusal, "selection_id": None})
    for _ in range(2):
        await campaign.say("selection.refused", f"{brand_id}/{made['selection_id']}", refusal)
    seen = f"/selections/{made['selection_id']}"

    async def refused() -> bool:
        return (await campaign.got(seen))["status"] == "refused"

    await until(refused, within_s=20, what="the refusal is shown")
    assert (await campaign.got(seen))["reasons"][0]["code"] == "bad_signature"

    async def given_back() -> bool:
        listed = (await campaign.got(f"/campaigns/{campaign_id}/participations"))["items"]
        return listed[0]["used"] == {"items": 0, "value": 0, "orders_per_creator": 0}

    await until(given_back, within_s=10, what="the allowance is given back")
    await campaign.made(path, _selecting(items[0]))


@pytest.mark.parametrize("point", ["outbox.before_send", "outbox.sent"])
async def test_a_selection_is_told_after_its_process_was_killed(
    campaign: Campaign, shops: Shops, point: str
) -> None:
    brand_id = await campaign.brand()
    limits = {"items": 1, "value": "unlimited", "orders_per_creator": 1}
    campaign_id, items = await shops.offering(brand_id, allowance=limits)
    body = {
        **_selecting(items[0]),
        "selection_id": "sel-1",
        "campaign_id": campaign_id,
        "creator_id": "cr-1",
        "brand_id": brand_id,
    }
    campaign.process.signal(signal.SIGTERM)
    await campaign.process.ended()
    await campaign.process.start(GIFTSTREAM_CRASHPOINT=point)
    await campaign.process.ready(campaign.url)
    with pytest.raises(Exception, match="disconnected"):
        await campaign.http.post("/selections", json=body)
    await campaign.process.ended()
    await campaign.revive()

    async def told() -> bool:
        return bool(await _published(campaign, brand_id))

    await until(told, within_s=30, what="the selection is told")
    again = await campaign.http.post("/selections", json=body)
    assert (again.status_code, again.json()["status"]) == (202, "submitted")
    assert len({one.value for one in await _published(campaign, brand_id)}) == 1


async def test_a_selection_left_half_done_is_finished(campaign: Campaign, shops: Shops) -> None:
    brand_id = await campaign.brand()
    campaign_id, items = await shops.offering(brand_id)
    path = f"/participations/{await _join(campaign, campaign_id, 'cr-1')}/selections"
    made = await campaign.made(path, _selecting(items[0]))
    selections = campaign.database()["selections"]
    query = {"selection_id": made["selection_id"]}
    stored = await selections.find_one(query)
    # As a crash right after the first write leaves it.
    left = {"status": "claiming", "due_at": stored["created_at"], "outbox": []}
    await selections.update_one(query, {"$set": left})
    assert (await campaign.got(f"/selections/{made['selection_id']}"))["status"] == "submitting"

    async def finished() -> bool:
        return (await campaign.got(f"/selections/{made['selection_id']}"))["status"] == "submitted"

    await until(finished, within_s=20, what="it is finished")
    values = {one.value for one in await _published(campaign, brand_id)}
    assert len(values) == 1, "told again, it is the same event"
    listed = (await campaign.got(f"/campaigns/{campaign_id}/participations"))["items"]
    assert listed[0]["used"]["orders_per_creator"] == 1, "counted once"
