"""Webhooks stay registered, secrets are replaced without a gap, the rest is said plainly."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from giftstream import mongo
from support.shops import Connected, signature
from support.store_sync import StoreSync
from support.waiting import until

LISTING = "{ webhookSubscriptions(first: 100) { nodes { id topic uri } } }"
DELETE = "mutation($id: ID!) { webhookSubscriptionDelete(id: $id) { userErrors { message } } }"
MOVE = """mutation($id: ID!, $uri: String!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: {uri: $uri}) {
    userErrors { message } } }"""
RAW = b'{"id": 1, "updated_at": "2026-11-22T10:00:00Z"}'


OFTEN = {"STORE_SYNC_CHECK_EVERY_S": "1", "STORE_SYNC_POLL_EVERY_S": "3600"}


@pytest.fixture(scope="module")
async def checking(store_sync: StoreSync) -> AsyncIterator[StoreSync]:
    """The service, checking each store every second; afterwards as it was."""
    await store_sync.process.end()
    await store_sync.start(**OFTEN)
    yield store_sync
    await store_sync.process.end()
    await store_sync.start()


async def _registered(store_sync: StoreSync, shop: Connected) -> list[dict[str, Any]]:
    nodes = (await store_sync.graphql(shop, LISTING))["webhookSubscriptions"]["nodes"]
    return sorted(nodes, key=lambda one: one["topic"])


async def _shown(store_sync: StoreSync, shop: Connected) -> dict[str, Any]:
    shown: dict[str, Any] = (await store_sync.http.get(f"/stores/{shop.id}")).json()
    return shown


def _places(nodes: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(one["topic"], one["uri"]) for one in nodes}


async def test_what_is_gone_or_leads_elsewhere_is_repaired_by_itself(checking: StoreSync) -> None:
    shop = await checking.connected()
    before = await _registered(checking, shop)
    await checking.graphql(shop, DELETE, id=before[0]["id"])
    token = before[1]["uri"].rpartition("/")[2]
    moved = f"http://127.0.0.1:1/webhooks/{token}"
    await checking.graphql(shop, MOVE, id=before[1]["id"], uri=moved)

    async def repaired() -> bool:
        return _places(await _registered(checking, shop)) == _places(before)

    await until(repaired, within_s=15, what="the webhooks are as before", every_s=0.1)

    async def said() -> bool:
        return (await _shown(checking, shop))["webhooks_repaired_at"] is not None

    await until(said, within_s=10, what="webhooks_repaired_at", every_s=0.1)
    assert "store_sync_webhooks_repaired_total 2.0" in (await checking.http.get("/metrics")).text


async def test_what_was_missed_while_webhooks_were_gone_is_asked_for(checking: StoreSync) -> None:
    shop = await checking.connected()
    # Not even those of the placing arrive, late as they may be.
    await checking.simulator.post("/_webhooks", json={"store": shop.name, "drop": 1.0})
    gift = await checking.followed(shop)
    listed = await _registered(checking, shop)
    # No check sees the list before everything has happened.
    fault = {"store": shop.name, "operation": "webhookSubscriptions", "fault": "server_error"}
    await checking.simulator.post("/_faults", json={**fault, "times": 1000})
    for one in listed:
        await checking.graphql(shop, DELETE, id=one["id"])
    await checking.merchant(shop, f"orders/{gift.ref}/fulfill")
    await checking.simulator.delete("/_faults")
    # Polls are an hour apart here: the repair itself asks.
    shown = await checking.status(gift, "in_transit", within_s=20)
    assert shown["items"][-1]["source"] == "poll"


@pytest.mark.long
async def test_after_an_outage_that_cost_us_the_subscriptions_all_is_caught_up(
    checking: StoreSync,
) -> None:
    shop = await checking.connected()
    before = _places(await _registered(checking, shop))
    gift = await checking.followed(shop)
    await checking.process.end()
    await checking.merchant(shop, f"orders/{gift.ref}/fulfill")

    async def removed() -> bool:
        ledger = (await checking.simulator.get("/_ledger", params={"store": shop.name})).json()
        answers = [e["detail"]["answer"] for e in ledger["items"] if e["kind"] == "webhook"]
        return "subscription removed" in answers

    # Eight repeats, each in the ledger, and then nobody is told any more.
    await until(removed, within_s=60, what="a subscription removed", every_s=0.5)
    await checking.start(**OFTEN)

    async def repaired() -> bool:
        return _places(await _registered(checking, shop)) == before

    await until(repaired, within_s=20, what="the webhooks are registered again", every_s=0.2)
    await checking.status(gift, "in_transit", within_s=30)


@pytest.mark.long
async def test_a_store_that_refuses_our_webhooks_is_connected_and_says_so(
    checking: StoreSync,
) -> None:
    await checking.process.end()
    await checking.start(**OFTEN, STORE_SYNC_WEBHOOK_URL="ftp://hooks")
    shop = await checking.connected()
    assert shop.store["status"] == "connected"
    assert [one["code"] for one in shop.store["reasons"]] == ["webhooks_missing"]
    assert "Address is invalid" in shop.store["reasons"][0]["detail"]
    told = (await checking.told("store.changed", shop.id))[-1]
    assert (told["status"], told["reasons"][0]["code"]) == ("connected", "webhooks_missing")
    await checking.process.end()
    await checking.start(**OFTEN)

    async def well() -> bool:
        return (await _shown(checking, shop))["reasons"] == []

    await until(well, within_s=15, what="registered", every_s=0.1)
    assert (await checking.told("store.changed", shop.id))[-1]["reasons"] == []


async def test_two_brands_of_one_shop_keep_their_webhooks(checking: StoreSync) -> None:
    shop = await checking.connected()
    mine = _places(await _registered(checking, shop))
    second = Connected(shop.shop, await checking.brand())
    assert (await checking.http.post("/stores", json=second.asked())).status_code == 201
    both = _places(await _registered(checking, shop))
    assert mine < both
    assert len(both) == 2 * len(mine)
    checked = (await checking.http.post(f"/stores/{shop.id}/check")).json()
    assert checked["ok"]
    assert _places(await _registered(checking, shop)) == both


async def _answers(store_sync: StoreSync, path: str, secret: str, status: int) -> bool:
    headers = {"X-Shopify-Topic": "x/y", "X-Shopify-Hmac-Sha256": signature(secret, RAW)}
    answer = await store_sync.strangers.post(path, content=RAW, headers=headers)
    return answer.status_code == status


async def test_a_replaced_secret_can_be_ended_at_once(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    path = (await _registered(store_sync, shop))[0]["uri"].removeprefix(store_sync.hooks)
    old = shop.shop["credentials"]["webhook_secret"]
    store = f"/stores/{shop.id}"
    for _ in range(2):
        # The second time it is the same secret: the old one stays the old one.
        change = {"credentials": {"webhook_secret": "the new one"}}
        shown = (await store_sync.http.patch(store, json=change)).json()
        assert shown["old_webhook_secret_until"] is not None

    async def both_hold() -> bool:
        new = await _answers(store_sync, path, "the new one", 200)
        return new and await _answers(store_sync, path, old, 200)

    await until(both_hold, within_s=10, what="both secrets hold", every_s=0.1)
    for _ in range(2):
        ended = await store_sync.http.delete(f"{store}/old-webhook-secret")
        assert ended.status_code == 204
    assert (await _shown(store_sync, shop))["old_webhook_secret_until"] is None

    async def old_is_refused() -> bool:
        return await _answers(store_sync, path, old, 401)

    await until(old_is_refused, within_s=10, what="the old secret is refused", every_s=0.1)
    assert await _answers(store_sync, path, "the new one", 200)
    database = store_sync.database()
    kept = await database["connections"].find_one({"_id": shop.id})
    mongo.close(database)
    assert kept is not None
    assert kept["previous"] is None


async def test_a_rotation_loses_no_webhook(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    gift = await store_sync.followed(shop)
    await store_sync.polled(shop)

    async def answers(after: int = 0) -> tuple[list[int | None], int]:
        """What its webhooks were answered since, and the last entry by now."""
        params: dict[str, Any] = {"store": shop.name, "after": after}
        entries = (await store_sync.simulator.get("/_ledger", params=params)).json()["items"]
        told = [one["detail"]["answer"] for one in entries if one["kind"] == "webhook"]
        return told, entries[-1]["seq"]

    async def known() -> bool:
        return 200 in (await answers())[0]

    # Until the edge has heard of the new store, within a second or two, it knows no secret of it.
    await until(known, within_s=20, what="a webhook is believed", every_s=0.1)
    _, last = await answers()
    rotating = f"/_merchant/{shop.name}/rotate"
    answer = await store_sync.simulator.post(rotating, json={"webhook_secret": True})
    change = {"credentials": {"webhook_secret": answer.json()["webhook_secret"]}}
    assert (await store_sync.http.patch(f"/stores/{shop.id}", json=change)).is_success
    # The shop goes on signing with the old one for a while, as Shopify does.
    await store_sync.merchant(shop, f"orders/{gift.ref}/fulfill")
    shown = await store_sync.status(gift, "in_transit")
    assert shown["items"][-1]["source"] == "webhook"
    since, _ = await answers(last)
    assert 200 in since
    # A 503 (the database was slow) is repeated; a 401 would be a webhook lost to the rotation.
    assert 401 not in since


async def test_a_disconnected_store_comes_back_with_both_credentials_or_not_at_all(
    store_sync: StoreSync,
) -> None:
    shop = await store_sync.connected()
    path = f"/stores/{shop.id}"
    await store_sync.http.delete(path)
    half = {"credentials": {"access_token": shop.shop["credentials"]["access_token"]}}
    refused = await store_sync.http.patch(path, json=half)
    assert (refused.status_code, refused.json()["code"]) == (422, "credentials_missing")
    again = await store_sync.http.post("/stores", json=shop.asked())
    assert again.status_code == 201
    both = {"credentials": shop.shop["credentials"]}
    refused = await store_sync.http.patch(path, json=both)
    assert (refused.status_code, refused.json()["code"]) == (409, "store_exists")
    await store_sync.http.delete(f"/stores/{again.json()['store_id']}")
    answer = await store_sync.http.patch(path, json=both)
    assert (answer.status_code, answer.json()["status"]) == (200, "connected")

    async def registered() -> bool:
        return len(await _registered(store_sync, shop)) > 10

    await until(registered, within_s=15, what="the webhooks are registered", every_s=0.1)
