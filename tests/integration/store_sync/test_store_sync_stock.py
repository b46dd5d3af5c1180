"""News about stock name an item alone: the store says once which product that is."""

import json
import uuid
from typing import Any

from support.shops import Connected, signature
from support.store_sync import StoreSync
from support.waiting import until

ITEM = """query($id: ID!) { productVariant(id: $id) {
  inventoryItem { id } product { id } } }"""


async def _item(store_sync: StoreSync, shop: Connected, number: int) -> tuple[str, str]:
    """(stock item, product) of one of the shop's variants."""
    gid = f"gid://shopify/ProductVariant/{shop.variants[number]}"
    variant = (await store_sync.graphql(shop, ITEM, id=gid))["productVariant"]
    return tuple(variant[one]["id"].rpartition("/")[2] for one in ("inventoryItem", "product"))  # type: ignore[return-value]  # two of them


async def _moved(store_sync: StoreSync, shop: Connected, item: str) -> None:
    """As Shopify tells that the stock of an item moved."""
    raw = json.dumps({"inventory_item_id": int(item), "updated_at": "2026-11-22T10:00:00Z"})
    headers = {
        "X-Shopify-Topic": "inventory_levels/update",
        "X-Shopify-Shop-Domain": shop.shop["shop"],
        "X-Shopify-Webhook-Id": str(uuid.uuid4()),
        "X-Shopify-Hmac-Sha256": signature(
            shop.shop["credentials"]["webhook_secret"], raw.encode()
        ),
    }

    async def taken() -> bool:
        answer = await store_sync.strangers.post("/webhooks/shopify", content=raw, headers=headers)
        return answer.status_code == 200

    await until(taken, within_s=10, what="the webhook is taken", every_s=0.1)


async def _told(store_sync: StoreSync, shop: Connected, product: str, times: int) -> None:
    async def told() -> bool:
        bodies = await store_sync.told("store.product_changed", shop.id)
        return [one["product_ref"] for one in bodies].count(product) >= times

    await until(told, within_s=20, what=f"store.product_changed of {product}", every_s=0.2)


async def _asked(store_sync: StoreSync, shop: Connected) -> int:
    answer = await store_sync.simulator.get("/_ledger", params={"store": shop.name})
    calls: list[dict[str, Any]] = [one for one in answer.json()["items"] if one["kind"] == "call"]
    return sum("inventoryItem" in json.dumps(one["detail"]) for one in calls)


async def test_moved_stock_is_told_as_its_product_and_asked_about_once(
    store_sync: StoreSync,
) -> None:
    shop = await store_sync.connected()
    item, product = await _item(store_sync, shop, 0)
    await _moved(store_sync, shop, item)
    await _told(store_sync, shop, product, 1)
    asked = await _asked(store_sync, shop)
    await _moved(store_sync, shop, item)
    await _told(store_sync, shop, product, 2)
    assert await _asked(store_sync, shop) == asked == 1


async def test_a_store_that_does_not_answer_is_asked_again_and_an_unknown_item_is_nobodys(
    store_sync: StoreSync,
) -> None:
    shop = await store_sync.connected()
    item, product = await _item(store_sync, shop, 2)
    fault = {"store": shop.name, "operation": "inventoryItem", "fault": "server_error"}
    await store_sync.simulator.post("/_faults", json={**fault, "times": 1})
    await _moved(store_sync, shop, "4711")
    await _moved(store_sync, shop, item)
    await _told(store_sync, shop, product, 1)
    bodies = await store_sync.told("store.product_changed", shop.id)
    assert {one["product_ref"] for one in bodies} == {product}
