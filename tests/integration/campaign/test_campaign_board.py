"""The board: order.changed folded, in whatever order and however often it comes."""

import json
import random
import uuid
from typing import Any

from support import topics
from support.waiting import until

Campaign = Any

STEPS = ["approved", "placing", "placed", "fulfilled", "in_transit", "delivered"]


def _order(brand_id: str, campaign_id: str, order_id: str, sequence: int) -> dict[str, Any]:
    status = STEPS[min(sequence, len(STEPS)) - 1]
    return {
        "event_id": str(uuid.uuid4()),
        "occurred_at": "2026-11-22T10:00:00Z",
        "order_id": order_id,
        "selection_id": f"sel-{order_id}",
        "brand_id": brand_id,
        "campaign_id": campaign_id,
        "creator_id": "cr-1",
        "store_id": "st-1",
        "sequence": sequence,
        "status": status,
        "reasons": [],
        "store_order": {
            "platform": "shopify",
            "id": "1001",
            "number": "#1001",
            "admin_url": "https://admin.example/orders/1001",
        },
        "lines": [{"item_id": "i", "sku": "TEE-M", "title": "Tee", "quantity": 1}],
        "charged": {"amount": 0, "currency": "EUR"},
        "retail_value": {"amount": 2490, "currency": "EUR"},
        "cost": {"amount": 900, "currency": "EUR"},
        "shipments": [],
        "submitted_at": f"2026-11-22T10:00:{int(order_id[-2:]) % 60:02d}Z",
        "placed_at": "2026-11-22T10:00:01Z" if sequence > 2 else None,
        "delivered_at": "2026-11-23T10:00:00Z" if status == "delivered" else None,
        "verified_at": None,
        "replaces": None,
    }


async def _set_up(campaign: Campaign) -> tuple[str, str]:
    brand_id = await campaign.brand()
    store_id = await campaign.store(brand_id)
    return brand_id, await campaign.campaign(brand_id, store_id)


async def _rows(campaign: Campaign, campaign_id: str, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = await campaign.got(f"/campaigns/{campaign_id}/board", limit=7, **params, **more)
        rows += page["items"]
        if (cursor := page["next"]) is None:
            return rows


async def test_the_newest_state_of_every_order_is_on_the_board(campaign: Campaign) -> None:
    brand_id, campaign_id = await _set_up(campaign)
    ids = [f"{uuid.uuid4()}-{n:02d}" for n in range(25)]
    told = [(one, n) for one in ids for n in range(1, len(STEPS) + 1)] * 2
    random.shuffle(told)
    await topics.publish(
        campaign.servers.kafka,
        [
            (
                "order.changed",
                order_id.encode(),
                json.dumps(_order(brand_id, campaign_id, order_id, n)).encode(),
                [],
            )
            for order_id, n in told
        ],
    )

    async def arrived() -> bool:
        rows = await _rows(campaign, campaign_id)
        return len(rows) == 25 and all(one["sequence"] == len(STEPS) for one in rows)

    await until(arrived, within_s=30, what="every order is on the board")
    rows = await _rows(campaign, campaign_id)
    assert [one["order_id"] for one in rows] == ids[::-1], "the newest first, none twice"
    first = rows[0]
    assert first["status"] == "delivered"
    assert first["store_order"]["admin_url"].endswith("/orders/1001")
    assert first["retail_value"] == {"amount": 2490, "currency": "EUR"}
    assert (first["placed_at"], first["delivered_at"]) == (
        "2026-11-22T10:00:01Z",
        "2026-11-23T10:00:00Z",
    )
    assert await _rows(campaign, campaign_id, status="placed") == []
    assert len(await _rows(campaign, campaign_id, status="delivered")) == 25
    foreign = await campaign.got(f"/selections/sel-{ids[0]}")
    assert [one["order_id"] for one in foreign["orders"]] == [ids[0]]


async def test_an_order_that_was_given_up_gives_its_allowance_back(
    campaign: Campaign, shops: Any
) -> None:
    brand_id = await campaign.brand()
    limits = {"items": 1, "value": "unlimited", "orders_per_creator": 1}
    campaign_id, items = await shops.offering(brand_id, allowance=limits)
    path = f"/campaigns/{campaign_id}/participations"
    joined = await campaign.made(path, {"creator_id": "cr-1"})
    selecting = f"/participations/{joined['participation_id']}/selections"
    body = {"lines": [{"item_id": items[0]["item_id"], "quantity": 1}]}
    made = await campaign.made(selecting, body)
    order = _order(brand_id, campaign_id, f"{uuid.uuid4()}-01", 3)
    order |= {"selection_id": made["selection_id"], "status": "rejected"}
    for _ in range(2):
        await campaign.say("order.changed", order["order_id"], order)
    seen = f"/selections/{made['selection_id']}"

    async def shown() -> bool:
        return bool((await campaign.got(seen))["orders"])

    await until(shown, within_s=20, what="the order is shown with its selection")
    assert (await campaign.got(seen))["orders"][0]["status"] == "rejected"

    async def given_back() -> bool:
        used = (await campaign.got(path))["items"][0]["used"]
        return used == {"items": 0, "value": 0, "orders_per_creator": 0}

    await until(given_back, within_s=10, what="the allowance is given back")
    await campaign.made(selecting, body)


async def test_an_unknown_status_or_cursor_is_refused(campaign: Campaign) -> None:
    _, campaign_id = await _set_up(campaign)
    path = f"/campaigns/{campaign_id}/board"
    answer = await campaign.http.get(path, params={"status": "lost"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    answer = await campaign.http.get(path, params={"cursor": "eyIkZ3QiOiAiIn0"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")
