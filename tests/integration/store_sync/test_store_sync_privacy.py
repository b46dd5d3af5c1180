"""What Shopify asks of every app about people: verified, kept, answered."""

import json
import uuid
from typing import Any

import httpx
import pytest
from giftstream import mongo
from support.shops import Connected, signature
from support.store_sync import StoreSync
from support.waiting import until

OF_THE_APP = "/webhooks/shopify"
CUSTOMER = {"id": 207119551, "email": "ana@example.com", "phone": "+34612345678"}


def _body(shop: Connected, topic: str) -> dict[str, Any]:
    """As Shopify documents the three."""
    more: dict[str, dict[str, Any]] = {
        "customers/data_request": {
            "customer": CUSTOMER,
            "orders_requested": [299938],
            "data_request": {"id": 9999},
        },
        "customers/redact": {"customer": CUSTOMER, "orders_to_redact": [299938]},
        "shop/redact": {},
    }
    return {"shop_id": 954889, "shop_domain": shop.shop["shop"], **more[topic]}


async def _send(
    store_sync: StoreSync, shop: Connected, topic: str, body: Any, secret: str | None = None
) -> httpx.Response:
    raw = json.dumps(body).encode()
    headers = {
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": shop.shop["shop"],
        "X-Shopify-Webhook-Id": str(uuid.uuid4()),
        "X-Shopify-Hmac-Sha256": signature(
            secret or shop.shop["credentials"]["webhook_secret"], raw
        ),
    }
    return await store_sync.strangers.post(OF_THE_APP, content=raw, headers=headers)


async def _known(store_sync: StoreSync, shop: Connected) -> None:
    async def taken() -> bool:
        return (await _send(store_sync, shop, "themes/update", {})).status_code == 200

    await until(taken, within_s=10, what="the edge knows the shop")


async def _requests(store_sync: StoreSync, shop: Connected) -> list[dict[str, Any]]:
    path = f"/stores/{shop.id}/privacy-requests"
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await store_sync.http.get(path, params=params)).json()
        items += page["items"]
        if (cursor := page["next"]) is None:
            return items


async def test_the_three_are_kept_with_the_day_to_act_by(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    await _known(store_sync, shop)
    topics = ["customers/data_request", "customers/redact", "shop/redact"]
    for topic in topics:
        answer = await _send(store_sync, shop, topic, _body(shop, topic))
        assert answer.status_code == 200

    async def recorded() -> bool:
        return len(await _requests(store_sync, shop)) == len(topics)

    await until(recorded, within_s=10, what="all recorded", every_s=0.1)
    requests = await _requests(store_sync, shop)
    assert [one["topic"] for one in requests] == topics
    assert all(one["status"] == "open" and one["act_by"] > one["received_at"] for one in requests)
    assert "ana@example.com" not in str(requests)
    database = store_sync.database()
    kept = await database["privacy_requests"].find({"store_id": shop.id}).to_list(None)
    mongo.close(database)
    assert all(b"ana@example.com" not in one["body"] for one in kept)


@pytest.mark.parametrize("topic", ["customers/redact", "shop/redact"])
async def test_a_wrong_signature_is_401(store_sync: StoreSync, topic: str) -> None:
    shop, other = await store_sync.connected(), await store_sync.connected()
    await _known(store_sync, shop)
    for secret in ("wrong", other.shop["credentials"]["webhook_secret"]):
        answer = await _send(store_sync, shop, topic, _body(shop, topic), secret)
        assert answer.status_code == 401
    nobody = Connected({"shop": "nobody.myshopify.com", "credentials": {}}, "b")
    answer = await _send(store_sync, nobody, topic, _body(nobody, topic), "any")
    assert answer.status_code == 401
    assert await _requests(store_sync, shop) == []


async def test_a_captured_body_is_no_other_request_and_no_other_shops(
    store_sync: StoreSync,
) -> None:
    shop = await store_sync.connected()
    await _known(store_sync, shop)
    asked = _body(shop, "customers/data_request")
    elsewhere = {**_body(shop, "shop/redact"), "shop_domain": "other.myshopify.com"}
    for topic, body in (
        ("customers/redact", asked),
        ("shop/redact", asked),
        ("shop/redact", elsewhere),
        ("shop/redact", []),
    ):
        assert (await _send(store_sync, shop, topic, body)).status_code == 200
    last = _body(shop, "shop/redact")
    assert (await _send(store_sync, shop, "shop/redact", last)).status_code == 200

    async def recorded() -> bool:
        return bool(await _requests(store_sync, shop))

    await until(recorded, within_s=10, what="the true one recorded", every_s=0.1)
    assert len(await _requests(store_sync, shop)) == 1
