"""A campaign's limits bind by whichever way selections come, and whoever is added again."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from giftstream import mongo
from support.brands import UNLIMITED, Brand
from support.checker import check
from support.stack import Stack
from support.waiting import until

MakeBrand = Callable[..., Awaitable[Brand]]
ONE = {"allowance": UNLIMITED | {"orders_per_creator": 1}}
CREATOR = "cr-eager"


async def joined(brand: Brand, creator_id: str = CREATOR) -> dict[str, Any]:
    """The creator's participation, added by a person."""
    path = f"/campaigns/{brand.campaign_id}/participations"
    found: dict[str, Any] = await brand.stack.campaign.post(path, {"creator_id": creator_id})
    return found


async def asked_over_http(brand: Brand, selections: list[dict[str, Any]], creator: str) -> Counter:
    """Half of them as a participant's choice, half as a platform's; what was answered. Those that
    were taken are noted with the brand."""
    post, answers = brand.stack.campaign.call, []
    path = f"/participations/{(await joined(brand, creator))['participation_id']}/selections"
    for number, selection in enumerate(selections):
        chosen = {name: selection[name] for name in ("lines", "recipient")}
        ways = [("/selections", selection), (path, chosen)]
        where, body = ways[number % 2]
        answers.append(post("POST", where, json=body))
    found = await asyncio.gather(*answers)
    for answer in found:
        if answer.is_success:
            brand.sent.append({"selection_id": answer.json()["selection_id"]})
        else:
            assert answer.headers["content-type"].startswith("application/problem+json")
            assert answer.json()["reasons"][0]["detail"]
    return Counter((one.status_code, one.json().get("code")) for one in found)


async def orders_by_reason(brand: Brand) -> Counter[tuple[str, ...]]:
    """The orders of all that the brand sent, once each is placed or held."""
    ids = [one["selection_id"] for one in brand.sent]
    orders = await asyncio.gather(*(brand.order_of(one, within_s=60.0) for one in ids))
    return Counter((o["status"], *sorted(r["code"] for r in o["reasons"])) for o in orders)


async def test_of_fifty_at_once_by_http_and_kafka_one_goes_on_and_all_others_are_answered(
    stack: Stack, make_brand: MakeBrand
) -> None:
    brand = await make_brand(campaign=ONE)
    await stack.another("order-placement")
    selections = [brand.selection(creator_id=CREATOR) for _ in range(50)]
    answered, _ = await asyncio.gather(
        asked_over_http(brand, selections[:26], CREATOR), brand.publish(*selections[26:])
    )
    taken = answered.pop((201, None), 0) + answered.pop((202, None), 0)
    assert taken <= 1
    assert answered == {(409, "duplicate_order"): 26 - taken}
    orders = await orders_by_reason(brand)
    assert orders == {("placed",): 1, ("on_hold", "duplicate_order"): 24 + taken - 1}
    await check(brand)


async def test_a_creator_removed_and_added_again_keeps_what_was_given(
    make_brand: MakeBrand,
) -> None:
    brand = await make_brand(campaign=ONE)
    campaign = brand.stack.campaign
    first = await joined(brand)
    participations = f"/campaigns/{brand.campaign_id}/participations"
    path = f"{participations}/{first['participation_id']}"
    select = f"/participations/{first['participation_id']}/selections"
    chosen = {name: brand.selection()[name] for name in ("lines", "recipient")}
    made = await campaign.post(select, chosen)
    brand.sent.append({"selection_id": made["selection_id"]})
    await brand.order_of(made["selection_id"], "placed")

    for _ in range(2):
        removed = await campaign.call("DELETE", path)
        assert removed.json()["removed_at"] is not None
    assert (await campaign.get(participations))["items"] == []
    assert len((await campaign.get(participations, removed=True))["items"]) == 1
    for where, body in ((select, chosen), ("/selections", brand.selection(creator_id=CREATOR))):
        refused = await campaign.call("POST", where, json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "creator_removed")

    again = await joined(brand)
    assert again["participation_id"] == first["participation_id"]
    assert again["removed_at"] is None
    assert again["used"]["orders_per_creator"] == 1
    refused = await campaign.call("POST", select, json=chosen)
    assert (refused.status_code, refused.json()["code"]) == (409, "duplicate_order")
    other = brand.selection(creator_id=CREATOR)
    await brand.publish(other)
    held = await brand.order_of(other["selection_id"], "on_hold")
    assert [one["code"] for one in held["reasons"]] == ["duplicate_order"]
    await check(brand)


async def test_a_budget_holds_by_every_way_and_a_cancelled_gift_makes_room(
    make_brand: MakeBrand,
) -> None:
    brand = await make_brand(shop={"products": 1, "variants": 1})
    stack, path = brand.stack, f"/campaigns/{brand.campaign_id}"
    (item,) = (await stack.campaign.get(f"{path}/catalog"))["items"]
    price = item["retail_price"]
    budget = {**price, "amount": 2 * price["amount"]}
    await stack.campaign.patch(path, {"budget": budget})
    await until(lambda: _counts(brand), within_s=30.0, what="the budget counts")
    published = [brand.selection() for _ in range(3)]
    answered, _ = await asyncio.gather(
        asked_over_http(brand, [brand.selection() for _ in range(3)], CREATOR),
        brand.publish(*published),
    )
    assert sum(answered.values()) == 3
    over = ("on_hold", "campaign_budget_exceeded")
    assert await orders_by_reason(brand) == {("placed",): 2, over: 4}
    page = await stack.orders.get("/orders", campaign_id=brand.campaign_id, status="placed")
    order_id = page["items"][0]["order_id"]
    await stack.orders.post(f"/orders/{order_id}/cancel", {"by": "Eva"})
    held = await stack.orders.get("/orders", campaign_id=brand.campaign_id, status="on_hold")
    waiting = held["items"][0]

    async def has_room() -> bool:
        answer = await stack.orders.call("POST", f"/orders/{waiting['order_id']}/place", json={})
        return answer.is_success

    await until(has_room, within_s=60.0, what="room in the budget once the store cancelled")
    await brand.order_of(waiting["selection_id"], "placed")
    await check(brand)


async def _counts(brand: Brand) -> bool:
    """Whether all that was given before is counted: no route shows it."""
    database = mongo.connect(brand.stack.servers.mongo, "giftstream_order_placement")
    try:
        query = {"_id": brand.campaign_id, "counted": True}
        return await database["budgets"].find_one(query) is not None
    finally:
        mongo.close(database)
