"""Catalogs: imported from the simulated shop over real HTTP, and following it."""

import signal
from typing import Any

from support.waiting import until

Campaign = Any
Shops = Any


async def _imported(campaign: Campaign, import_id: str, within_s: float = 60.0) -> dict[str, Any]:
    async def over() -> bool:
        return (await campaign.got(f"/imports/{import_id}"))["status"] in ("done", "failed")

    await until(over, within_s=within_s, what="the import is over")
    found: dict[str, Any] = await campaign.got(f"/imports/{import_id}")
    return found


async def _set_up(campaign: Campaign, shops: Shops, products: int, variants: int) -> Any:
    brand_id = await campaign.brand()
    store_id = await campaign.store(brand_id)
    shop = await shops.shop(products, variants)
    shops.connect(store_id, shop)
    campaign_id = await campaign.campaign(brand_id, store_id)
    return store_id, shop, campaign_id


async def _start(campaign: Campaign, campaign_id: str, store_id: str, refs: Any) -> str:
    body = {"store_id": store_id, "product_refs": refs}
    started = await campaign.made(f"/campaigns/{campaign_id}/catalog/imports", body)
    assert started["status"] == "queued"
    return str(started["import_id"])


async def _catalog(campaign: Campaign, campaign_id: str) -> dict[str, dict[str, Any]]:
    """The catalog by variant, read in pages."""
    items: dict[str, dict[str, Any]] = {}
    cursor = None
    while True:
        params = {"limit": 150} | ({"cursor": cursor} if cursor else {})
        page = await campaign.got(f"/campaigns/{campaign_id}/catalog", **params)
        items |= {one["variant_ref"]: one for one in page["items"]}
        if (cursor := page["next"]) is None:
            return items


async def test_hundreds_of_variants_are_imported_and_told(campaign: Campaign, shops: Shops) -> None:
    store_id, shop, campaign_id = await _set_up(campaign, shops, products=120, variants=3)
    done = await _imported(campaign, await _start(campaign, campaign_id, store_id, "all"))
    assert done["error"] is None
    assert (done["status"], done["imported"], done["done"], done["total"]) == (
        "done",
        360,
        360,
        360,
    )
    assert done["rejected"] == []
    items = await _catalog(campaign, campaign_id)
    sold = {v["variant_ref"]: v for p in shop["products"] for v in p["variants"]}
    assert items.keys() == sold.keys()
    for ref, item in items.items():
        assert item["sku"] == sold[ref]["sku"]
        assert item["retail_price"]["amount"] == round(float(sold[ref]["price"]) * 100)
        assert item["unit_cost"]["amount"] > 0
        assert item["requires_shipping"] is sold[ref]["requires_shipping"]
        assert item["image_url"].startswith("https://")
    one = next(iter(items.values()))
    told = await campaign.newest("catalog.item_changed", one["item_id"])
    assert told["campaigns"] == [campaign_id]
    assert told["status"] == "active"

    again = await _imported(campaign, await _start(campaign, campaign_id, store_id, "all"))
    assert again["imported"] == 360
    retold = await campaign.newest("catalog.item_changed", one["item_id"])
    assert retold["revision"] == told["revision"], "what did not change is not told again"


async def test_named_products_alone_are_imported_and_unknown_ones_named(
    campaign: Campaign, shops: Shops
) -> None:
    store_id, shop, campaign_id = await _set_up(campaign, shops, products=5, variants=1)
    wanted = [shop["products"][0]["product_ref"], shop["products"][1]["product_ref"]]
    refs = [wanted[0], "999999999", "no-number", wanted[1]]
    done = await _imported(campaign, await _start(campaign, campaign_id, store_id, refs))
    assert (done["status"], done["imported"]) == ("done", 2)
    rejected = {one["product_ref"]: one["reason"]["code"] for one in done["rejected"]}
    assert rejected == {"999999999": "product_deleted", "no-number": "product_deleted"}
    items = await _catalog(campaign, campaign_id)
    assert {one["product_ref"] for one in items.values()} == set(wanted)


async def test_an_import_goes_on_after_its_process_was_killed(
    campaign: Campaign, shops: Shops
) -> None:
    store_id, shop, campaign_id = await _set_up(campaign, shops, products=100, variants=4)
    await shops.fault(shop, "productVariants", "latency", 400)
    import_id = await _start(campaign, campaign_id, store_id, "all")

    async def begun() -> bool:
        return 0 < (await campaign.got(f"/imports/{import_id}"))["done"] < 400

    await until(begun, within_s=30, what="a page is saved", every_s=0.01)
    campaign.process.signal(signal.SIGKILL)
    await campaign.process.ended()
    await campaign.revive()
    before = await campaign.got(f"/imports/{import_id}")
    assert before["status"] == "running"
    done = await _imported(campaign, import_id)
    assert (done["status"], done["done"], done["imported"]) == ("done", 400, 400)
    assert len(await _catalog(campaign, campaign_id)) == 400


async def test_a_store_that_stumbles_delays_an_import_and_no_more(
    campaign: Campaign, shops: Shops
) -> None:
    store_id, shop, campaign_id = await _set_up(campaign, shops, products=40, variants=3)
    for fault in ("server_error", "throttle", "html", "truncated", "reset_before"):
        await shops.fault(shop, "productVariants", fault, 1)
    done = await _imported(campaign, await _start(campaign, campaign_id, store_id, "all"))
    assert (done["status"], done["imported"]) == ("done", 120)


async def test_an_import_without_access_fails_with_what_to_do(
    campaign: Campaign, shops: Shops
) -> None:
    brand_id = await campaign.brand()
    store_id = await campaign.store(brand_id)
    campaign_id = await campaign.campaign(brand_id, store_id)
    failed = await _imported(campaign, await _start(campaign, campaign_id, store_id, "all"))
    assert (failed["status"], failed["error"]["code"]) == ("failed", "integration_missing")
    shop = await shops.shop(1, 1)
    shop["credentials"]["access_token"] = "revoked"
    shops.connect(store_id, shop)
    failed = await _imported(campaign, await _start(campaign, campaign_id, store_id, "all"))
    assert (failed["status"], failed["error"]["code"]) == ("failed", "store_disconnected")
    assert "connect it again" in failed["error"]["detail"]


async def test_the_catalog_follows_the_store(campaign: Campaign, shops: Shops) -> None:
    store_id, shop, campaign_id = await _set_up(campaign, shops, products=3, variants=2)
    await _imported(campaign, await _start(campaign, campaign_id, store_id, "all"))
    product = shop["products"][0]
    dearer, deleted = [one["variant_ref"] for one in product["variants"]]
    await shops.change(shop, dearer, price="99.00")
    await shops.change(shop, deleted, deleted=True)
    hint = {"store_id": store_id, "product_ref": product["product_ref"]}
    await campaign.say("store.product_changed", store_id, hint)
    await campaign.say("store.product_changed", store_id, hint)

    async def followed() -> bool:
        items = await _catalog(campaign, campaign_id)
        price = items[dearer]["retail_price"]["amount"]
        return price == 9900 and items[deleted]["status"] == "deleted"

    await until(followed, within_s=20, what="the catalog follows")
    items = await _catalog(campaign, campaign_id)
    assert sum(one["status"] == "active" for one in items.values()) == 5


async def test_a_withdrawn_item_is_hidden_and_comes_back_only_by_import(
    campaign: Campaign, shops: Shops
) -> None:
    store_id, shop, campaign_id = await _set_up(campaign, shops, products=2, variants=1)
    await _imported(campaign, await _start(campaign, campaign_id, store_id, "all"))
    ref = shop["products"][0]["variants"][0]["variant_ref"]
    item_id = (await _catalog(campaign, campaign_id))[ref]["item_id"]
    path = f"/campaigns/{campaign_id}/catalog/{item_id}"
    assert (await campaign.http.delete(path)).status_code == 204
    assert (await campaign.http.delete(path)).status_code == 404
    assert (await campaign.newest("catalog.item_changed", item_id))["campaigns"] == []
    assert ref not in await _catalog(campaign, campaign_id)
    refs = [shop["products"][0]["product_ref"]]
    await _imported(campaign, await _start(campaign, campaign_id, store_id, refs))
    assert ref in await _catalog(campaign, campaign_id)


async def test_an_import_wants_a_store_of_the_campaign(campaign: Campaign) -> None:
    brand_id = await campaign.brand()
    mine, other = await campaign.store(brand_id), await campaign.store(brand_id)
    campaign_id = await campaign.campaign(brand_id, mine)
    path = f"/campaigns/{campaign_id}/catalog/imports"
    expected = {"nowhere": "unknown_store", other: "store_not_in_campaign"}
    for store_id, code in expected.items():
        body = {"store_id": store_id, "product_refs": "all"}
        answer = await campaign.http.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    for refs in ([], "some", [{"$gt": ""}], None):
        answer = await campaign.http.post(path, json={"store_id": mine, "product_refs": refs})
        assert answer.status_code == 422
