"""Webhooks as Shopify sends them, to a real receiver."""

import asyncio
import base64
import hashlib
import hmac
import json
import uuid

import pytest
from simulator.settings import from_command_line
from simulator.shopify.deliveries import signature

SUBSCRIBE = """mutation S($uri: String!) { webhookSubscriptionCreate(
  topic: ORDERS_CREATE, webhookSubscription: {uri: $uri}) { userErrors { message } } }"""
LIST = """query L($topics: [WebhookSubscriptionTopic!], $uri: String) {
  webhookSubscriptions(first: 50, topics: $topics, uri: $uri) { nodes { id topic uri } } }"""
UNSUBSCRIBE = """mutation U($id: ID!) { webhookSubscriptionDelete(id: $id) {
  deletedWebhookSubscriptionId userErrors { message } } }"""


async def test_an_order_is_announced_with_shopifys_headers_and_signature(shop, receiver, mark):
    await shop.subscribe(receiver.url, "ORDERS_CREATE")
    order = await shop.ordered(mark)
    ((headers, body),) = await receiver.wait_for(1)
    secret = shop.made["credentials"]["webhook_secret"].encode()
    expected = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode()
    assert headers["x-shopify-hmac-sha256"] == expected
    assert headers["x-shopify-topic"] == "orders/create"
    assert headers["x-shopify-shop-domain"] == shop.made["shop"]
    assert headers["x-shopify-api-version"] == "2026-07"
    assert uuid.UUID(headers["x-shopify-webhook-id"]) != uuid.UUID(headers["x-shopify-event-id"])
    assert headers["x-shopify-triggered-at"].endswith("Z")
    told = json.loads(body)
    assert told["id"] == int(order)
    assert told["admin_graphql_api_id"] == f"gid://shopify/Order/{order}"
    assert told["tags"] == f"creator-gift, gift-{mark.hex}"
    assert told["total_price"] == "0.00"


async def test_each_step_of_an_order_has_its_topics(shop, receiver, mark):
    topics = (
        "ORDERS_UPDATED",
        "ORDERS_FULFILLED",
        "ORDERS_CANCELLED",
        "FULFILLMENTS_CREATE",
        "FULFILLMENTS_UPDATE",
        "FULFILLMENT_EVENTS_CREATE",
        "REFUNDS_CREATE",
        "RETURNS_CLOSE",
        "INVENTORY_LEVELS_UPDATE",
    )
    await shop.subscribe(receiver.url, *topics)
    order = await shop.ordered(mark)
    for action in ("fulfill", "deliver", "return", "unfulfill", "cancel"):
        assert (await shop.merchant(f"orders/{order}/{action}")).status_code == 200
    async with asyncio.timeout(10):
        while {"orders/cancelled", "returns/close"} - set(receiver.topics()):
            await receiver.wait_for(len(receiver.got) + 1)
    seen = receiver.topics()
    assert seen["orders/fulfilled"] == 1
    assert seen["fulfillment_events/create"] == 2
    assert seen["refunds/create"] == 1
    event = next(
        json.loads(body)
        for headers, body in receiver.got
        if headers["x-shopify-topic"] == "fulfillment_events/create"
    )
    assert event["order_id"] == int(order)


async def test_a_failed_webhook_is_repeated_with_the_same_id_and_body(shop, receiver, mark):
    await shop.subscribe(receiver.url, "ORDERS_CREATE")
    receiver.status = 503
    await shop.ordered(mark)
    await receiver.wait_for(2)
    receiver.status = 200
    await receiver.wait_for(3)
    assert len({headers["x-shopify-webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1
    answers = [entry["detail"]["answer"] for entry in await shop.ledger("webhook")]
    assert answers[:2] == [503, 503]


async def test_a_subscription_whose_webhook_failed_to_the_end_is_removed(shop, receiver, mark):
    await shop.subscribe(receiver.url, "ORDERS_CREATE")
    receiver.status = 500
    await shop.ordered(mark)
    await receiver.wait_for(9)
    async with asyncio.timeout(5):
        while (await shop.run(LIST))["webhookSubscriptions"]["nodes"]:  # noqa: ASYNC110 - HTTP
            await asyncio.sleep(0.02)
    answers = [entry["detail"]["answer"] for entry in await shop.ledger("webhook")]
    assert answers == [500] * 9 + ["subscription removed"]


async def test_what_arrives_in_between_keeps_the_subscription(shop, receiver, mark):
    await shop.subscribe(receiver.url, "ORDERS_CREATE")
    receiver.status = 500
    await shop.ordered(mark)
    await receiver.wait_for(5)
    receiver.status = 200
    await receiver.wait_for(6)
    assert len((await shop.run(LIST))["webhookSubscriptions"]["nodes"]) == 1


def test_repeats_take_shopifys_four_hours_unless_time_is_scaled():
    given = ["--port", "1", "--state", "x"]
    real = from_command_line([*given, "--webhook-time-scale", "1"])
    assert len(real.retries_s) == 8
    assert sum(real.retries_s) == 4 * 3600
    assert sum(from_command_line(given).retries_s) == pytest.approx(86.4)
    assert from_command_line([*given, "--webhook-retries-s", "1,2"]).retries_s == (1.0, 2.0)


async def test_an_old_secret_signs_for_a_while_after_a_rotation(shop, receiver):
    await shop.subscribe(receiver.url, "PRODUCTS_UPDATE")
    old = shop.made["credentials"]
    new = (await shop.merchant("rotate", webhook_secret=True, access_token=True)).json()
    assert new["webhook_secret"] != old["webhook_secret"]
    await shop.http.patch(f"/_merchant/{shop.id}/variants/{shop.variant}", json={"stock": 3})
    ((headers, body),) = await receiver.wait_for(1)
    assert headers["x-shopify-hmac-sha256"] == signature(old["webhook_secret"], body)
    refused = await shop.post("{ shop { name } }")
    assert refused.status_code == 401
    shop.made["credentials"] = new
    assert (await shop.run("{ shop { name } }"))["shop"]["name"]


async def test_what_shopify_asks_about_people_is_signed_and_shaped(shop, receiver):
    for topic, field in (
        ("customers/data_request", "data_request"),
        ("customers/redact", "orders_to_redact"),
        ("shop/redact", "shop_domain"),
    ):
        told = await shop.merchant("privacy", topic=topic, uri=receiver.url, orders=[1])
        assert field in told.json()
    got = await receiver.wait_for(3)
    assert set(receiver.topics()) == {"customers/data_request", "customers/redact", "shop/redact"}
    secret = shop.made["credentials"]["webhook_secret"]
    assert all(h["x-shopify-hmac-sha256"] == signature(secret, body) for h, body in got)


async def test_webhooks_are_doubled_shuffled_and_dropped_on_request(open_shop, receiver, mark):
    doubled, dropped = await open_shop(), await open_shop()
    for shop in (doubled, dropped):
        await shop.subscribe(receiver.url, "ORDERS_CREATE")
    chaos = {"store": doubled.id, "duplicate": 3, "shuffle": True}
    await doubled.http.post("/_webhooks", json=chaos)
    await doubled.http.post("/_webhooks", json={"store": dropped.id, "drop": 1.0})
    await dropped.ordered(uuid.uuid4())
    await doubled.ordered(mark)
    await receiver.wait_for(3)
    assert len({headers["x-shopify-webhook-id"] for headers, _ in receiver.got}) == 1
    assert [e["detail"]["answer"] for e in await dropped.ledger("webhook")] == ["dropped"]


async def test_subscriptions_are_listed_filtered_refused_twice_and_removed(shop, receiver):
    created, updated = await shop.subscribe(receiver.url, "ORDERS_CREATE", "ORDERS_UPDATED")
    only = await shop.run(LIST, topics=["ORDERS_UPDATED"], uri=receiver.url)
    assert [node["id"] for node in only["webhookSubscriptions"]["nodes"]] == [updated]
    again = await shop.run(SUBSCRIBE, uri=receiver.url)
    assert again["webhookSubscriptionCreate"]["userErrors"]
    await shop.run(UNSUBSCRIBE, id=created)
    assert len((await shop.run(LIST))["webhookSubscriptions"]["nodes"]) == 1


async def test_only_the_fields_asked_for_are_sent(shop, receiver, mark):
    await shop.subscribe(receiver.url, "ORDERS_CREATE", includeFields=["id", "updated_at"])
    await shop.ordered(mark)
    ((_, body),) = await receiver.wait_for(1)
    assert set(json.loads(body)) == {"id", "updated_at"}


async def test_uninstalling_is_announced_and_ends_all_subscriptions(shop, receiver):
    await shop.subscribe(receiver.url, "APP_UNINSTALLED", "ORDERS_CREATE")
    await shop.merchant("uninstall")
    ((headers, _),) = await receiver.wait_for(1)
    assert headers["x-shopify-topic"] == "app/uninstalled"
    await shop.merchant("restore")
    assert (await shop.run(LIST))["webhookSubscriptions"]["nodes"] == []
