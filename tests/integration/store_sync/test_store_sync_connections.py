"""Connecting a store: what is refused and why, what is kept, what is told."""

from typing import Any

from giftstream import mongo
from giftstream.http.keys import new_api_key
from support.store_sync import StoreSync
from support.waiting import until


async def test_a_store_is_connected_checked_and_told_of(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    assert shop.store["status"] == "connected"
    assert "access_token" not in str(shop.store)
    told = await store_sync.told("store.changed", shop.id)
    assert told[-1]["status"] == "connected"
    assert told[-1]["brand_id"] == shop.brand_id
    assert told[-1]["currency"] == shop.store["currency"]
    checked = (await store_sync.http.post(f"/stores/{shop.id}/check")).json()
    assert checked["ok"], checked
    assert {one["name"] for one in checked["checks"]} == {
        "reachable",
        "token",
        "permissions",
        "webhooks",
    }


async def test_secrets_rest_sealed_and_are_given_to_services_alone(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    token = shop.shop["credentials"]["access_token"]
    database = store_sync.database()
    kept = str(await database["connections"].find_one({"_id": shop.id}))
    mongo.close(database)
    assert token not in kept
    assert shop.shop["credentials"]["webhook_secret"] not in kept
    path = f"/internal/stores/{shop.id}/access"
    given = await store_sync.as_service("campaign").get(path)
    assert given.json() == {
        "platform": "shopify",
        "base_url": shop.shop["base_url"],
        "api_version": "2026-07",
        "access_token": token,
        "expires_at": None,
    }
    assert (await store_sync.http.get(path)).status_code == 401
    unknown = await store_sync.as_service("campaign").get("/internal/stores/nobody/access")
    assert unknown.status_code == 404


async def _refused(store_sync: StoreSync, body: dict[str, Any]) -> tuple[int, str, str]:
    answer = await store_sync.http.post("/stores", json=body)
    said = answer.json()
    return answer.status_code, said["code"], str(said["reasons"])


async def test_only_a_shops_own_domain_or_the_simulator_is_admitted(store_sync: StoreSync) -> None:
    shop = await store_sync.shop()
    for wrong in (
        {"base_url": None, "shop": "x.myshopify.com.evil.example"},
        {"base_url": None, "shop": "x.myshopify.com@evil"},
        {"base_url": None, "shop": "x.myshopify.com\n"},
        {"base_url": None, "shop": "127.0.0.1"},
        {"base_url": None},
        {"base_url": "http://127.0.0.1:1/stores/x"},
        {"base_url": shop.shop["base_url"].replace("127.0.0.1", "127.0.0.1.evil.example")},
        {"base_url": shop.shop["base_url"].replace("//", "//user@")},
        {"base_url": "https://169.254.169.254/latest"},
    ):
        status, code, _ = await _refused(store_sync, shop.asked(**wrong))
        assert (status, code) == (422, "host_not_allowed"), wrong
    status, code, _ = await _refused(store_sync, shop.asked(platform="magento"))
    assert (status, code) == (422, "platform_not_supported")


async def test_a_brand_that_is_not_known_yet_is_to_be_tried_again(store_sync: StoreSync) -> None:
    shop = await store_sync.shop()
    status, code, _ = await _refused(store_sync, shop.asked(brand_id="not-yet"))
    assert (status, code) == (409, "unknown_brand")


async def test_each_missing_permission_is_named_and_nothing_is_kept(store_sync: StoreSync) -> None:
    shop = await store_sync.shop()
    await store_sync.merchant(shop, "revoke", scopes=["write_draft_orders", "read_inventory"])
    status, code, reasons = await _refused(store_sync, shop.asked())
    assert (status, code) == (422, "permission_denied")
    assert "write_draft_orders" in reasons
    assert "read_inventory" in reasons
    listed = (await store_sync.http.get("/stores", params={"brand_id": shop.brand_id})).json()
    assert listed["items"] == []
    await store_sync.merchant(shop, "restore")
    assert (await store_sync.http.post("/stores", json=shop.asked())).status_code == 201


async def test_a_wrong_token_is_refused(store_sync: StoreSync) -> None:
    shop = await store_sync.shop()
    wrong = {"access_token": "shpat_wrong", "webhook_secret": "x"}
    status, code, _ = await _refused(store_sync, shop.asked(credentials=wrong))
    assert (status, code) == (422, "store_disconnected")


async def test_the_same_idempotency_key_connects_once(store_sync: StoreSync) -> None:
    shop = await store_sync.shop()
    headers = {"Idempotency-Key": f"connect-{shop.name}"}
    first = await store_sync.http.post("/stores", json=shop.asked(), headers=headers)
    again = await store_sync.http.post("/stores", json=shop.asked(), headers=headers)
    assert first.json() == again.json()
    status, code, _ = await _refused(store_sync, shop.asked())
    assert (status, code) == (409, "store_exists")


async def test_webhooks_deleted_in_the_store_are_registered_again(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    listing = "{ webhookSubscriptions(first: 100) { nodes { id topic uri } } }"
    before = (await store_sync.graphql(shop, listing))["webhookSubscriptions"]["nodes"]
    assert len(before) == len({one["topic"] for one in before}) > 10
    await store_sync.graphql(
        shop,
        "mutation($id: ID!) { webhookSubscriptionDelete(id: $id) { userErrors { message } } }",
        id=before[0]["id"],
    )
    checked = (await store_sync.http.post(f"/stores/{shop.id}/check")).json()
    assert checked["ok"], checked
    after = (await store_sync.graphql(shop, listing))["webhookSubscriptions"]["nodes"]
    assert {(one["topic"], one["uri"]) for one in after} == {
        (one["topic"], one["uri"]) for one in before
    }


async def test_an_uninstalled_app_needs_attention_and_comes_back(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    await store_sync.merchant(shop, "uninstall")

    async def status_is(wanted: str) -> bool:
        shown = (await store_sync.http.get(f"/stores/{shop.id}")).json()
        return bool(shown["status"] == wanted)

    await until(lambda: status_is("needs_attention"), within_s=15, what="needs attention")
    access = await store_sync.as_service("campaign").get(f"/internal/stores/{shop.id}/access")
    assert (access.status_code, access.json()["code"]) == (409, "store_disconnected")
    await store_sync.merchant(shop, "restore")
    await until(lambda: status_is("connected"), within_s=20, what="connected again")
    told = [one["status"] for one in await store_sync.told("store.changed", shop.id)]
    assert told[-1] == "connected"


async def test_a_disconnected_store_keeps_no_secret_and_no_webhook(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    assert (await store_sync.http.delete(f"/stores/{shop.id}")).status_code == 204
    assert (await store_sync.http.delete(f"/stores/{shop.id}")).status_code == 204
    database = store_sync.database()
    kept = await database["connections"].find_one({"_id": shop.id})
    mongo.close(database)
    assert kept is not None
    assert kept["secrets"] == {}
    listing = "{ webhookSubscriptions(first: 100) { nodes { id } } }"
    assert (await store_sync.graphql(shop, listing))["webhookSubscriptions"]["nodes"] == []
    assert (await store_sync.told("store.changed", shop.id))[-1]["status"] == "disconnected"
    assert (await store_sync.http.post("/stores", json=shop.asked())).status_code == 201


async def test_an_edit_of_what_somebody_else_changed_is_stale(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    read = await store_sync.http.get(f"/stores/{shop.id}")
    headers = {"If-Match": read.headers["ETag"]}
    path = f"/stores/{shop.id}"
    changed = await store_sync.http.patch(path, json={"label": "gift"}, headers=headers)
    assert changed.json()["label"] == "gift"
    stale = await store_sync.http.patch(path, json={"label": "other"}, headers=headers)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    wrong = {"credentials": {"access_token": "shpat_wrong"}}
    refused = await store_sync.http.patch(path, json=wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "store_disconnected")
    assert (await store_sync.http.get(path)).json()["status"] == "connected"


async def test_a_brands_key_opens_its_own_stores_alone(store_sync: StoreSync) -> None:
    keys = {name: new_api_key() for name in ("reads", "writes", "expired", "orders")}
    scopes = {"reads": ["stores:read"], "orders": ["orders:read"]}
    api_keys = [
        {
            "prefix": key.prefix,
            "sha256": key.sha256,
            "scopes": scopes.get(name, ["stores:read", "stores:write"]),
            "expires_at": "2020-01-01T00:00:00Z" if name == "expired" else None,
        }
        for name, key in keys.items()
    ]
    shop = await store_sync.shop()
    shop.brand_id = await store_sync.brand(api_keys)
    theirs = await store_sync.connected()
    as_ = {name: store_sync.client(key.key) for name, key in keys.items()}
    body = {name: value for name, value in shop.asked().items() if name != "brand_id"}
    made = await as_["writes"].post("/stores", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["brand_id"] == shop.brand_id
    path = f"/stores/{made.json()['store_id']}"
    assert (await as_["reads"].get(path)).status_code == 200
    assert (await as_["reads"].patch(path, json={"name": "x"})).status_code == 403
    assert (await as_["orders"].get(path)).status_code == 403
    assert (await as_["expired"].get(path)).status_code == 401
    assert (await as_["writes"].get(f"/stores/{theirs.id}")).status_code == 404
    assert (await as_["writes"].delete(f"/stores/{theirs.id}")).status_code == 404
    foreign = await as_["writes"].post("/stores", json=shop.asked(brand_id=theirs.brand_id))
    assert foreign.status_code == 404
    listed = (await as_["reads"].get("/stores")).json()["items"]
    assert [one["store_id"] for one in listed] == [made.json()["store_id"]]
    for client in as_.values():
        await client.aclose()
