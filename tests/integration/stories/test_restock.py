"""The merchant has goods again, Shopify says so of the stock alone, and the held gift arrives."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from support.brands import Brand
from support.checker import check, ledger_of
from support.invariants.mails import told_once
from support.invariants.stock import fell_by_the_gifts
from support.invariants.told import nothing_older_wins
from support.waiting import until

MakeBrand = Callable[..., Awaitable[Brand]]

HOOKS = "{ webhookSubscriptions(first: 50) { nodes { id topic } } }"
UNSUBSCRIBE = """mutation($id: ID!) {
  webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } } }"""
STOCK, PRODUCT = "INVENTORY_LEVELS_UPDATE", "PRODUCTS_UPDATE"
TO_THE_CREATOR = ["has your choice", "is ordered", "is on its way", "has arrived"]
TO_THE_BRAND = ["is on hold", "has arrived"]


async def _graphql(brand: Brand, query: str, **variables: Any) -> dict[str, Any]:
    token = brand.shop["credentials"]["access_token"]
    async with httpx.AsyncClient(timeout=20, trust_env=False) as http:
        answer = await http.post(
            f"{brand.shop['base_url']}/admin/api/2026-07/graphql.json",
            headers={"X-Shopify-Access-Token": token},
            json={"query": query, "variables": variables},
        )
    body = answer.json()
    assert "errors" not in body, body
    data: dict[str, Any] = body["data"]
    return data


async def _only_stock_is_told(brand: Brand) -> None:
    """Take `products/update` away, which Shopify sends beside it but promises for orders alone."""
    hooks: dict[str, str] = {}

    async def both() -> bool:
        found = (await _graphql(brand, HOOKS))["webhookSubscriptions"]["nodes"]
        hooks.update({one["topic"]: one["id"] for one in found})
        return {STOCK, PRODUCT} <= hooks.keys()

    await until(both, within_s=20.0, what="the store's webhooks are registered")
    await _graphql(brand, UNSUBSCRIBE, id=hooks[PRODUCT])


async def _restock(brand: Brand, stock: int) -> None:
    path = f"/_merchant/{brand.store}/variants/{brand.variant()}"
    await brand.stack.simulator.patch(path, {"stock": stock})
    # What the gifts are counted from at the end.
    brand.shop["products"][0]["variants"][0]["stock"] = stock


async def _mails(brand: Brand, to: str, endings: list[str]) -> list[dict[str, Any]]:
    """The mails to somebody, once there are so many; their subjects end so, in this order."""
    mails: list[dict[str, Any]] = []

    async def there() -> bool:
        mails[:] = (await brand.stack.inbox.get("/messages", to=to))["items"]
        return len(mails) >= len(endings)

    await until(there, within_s=30.0, what=f"mails that end {endings}")
    subjects = [mail["subject"] for mail in mails]
    assert len(subjects) == len(endings), subjects
    assert all(said.endswith(end) for said, end in zip(subjects, endings, strict=True)), subjects
    return mails


async def _hooks_answered(brand: Brand, topic: str) -> list[Any]:
    entries = await ledger_of(brand.stack, brand.store)
    details = [one["detail"] for one in entries if one["kind"] == "webhook"]
    return [one["answer"] for one in details if one["topic"] == topic]


async def test_a_gift_that_is_short_of_stock_arrives_after_the_store_says_it_has_some(
    make_brand: MakeBrand,
) -> None:
    brand = await make_brand(shop={"stock": 1})
    await _only_stock_is_told(brand)
    contact = f"{brand.store}@brand.example"
    await brand.stack.campaign.patch(f"/brands/{brand.brand_id}", {"contacts": [contact]})
    selection = brand.selection(lines=[{"sku": brand.sku(), "quantity": 2}])
    creator = selection["recipient"]["email"]
    await brand.publish(selection)
    held = await brand.order_of(selection["selection_id"], "on_hold")
    assert [one["code"] for one in held["reasons"]] == ["out_of_stock"]
    (said,) = await _mails(brand, contact, TO_THE_BRAND[:1])
    assert held["reasons"][0]["detail"] in said["text"]
    await _mails(brand, creator, TO_THE_CREATOR[:1])
    assert await _hooks_answered(brand, "inventory_levels/update") == []

    await _restock(brand, 3)
    placed = await brand.order_of(selection["selection_id"], "placed")
    assert (placed["order_id"], placed["reasons"]) == (held["order_id"], [])
    assert 200 in await _hooks_answered(brand, "inventory_levels/update")
    assert await _hooks_answered(brand, "products/update") == [], "it was not the stock's webhook"
    path = f"/_merchant/{brand.store}/orders/{placed['store_order']['id']}"
    await brand.stack.simulator.post(f"{path}/fulfill", {"carrier": "UPS"})
    # A parcel that arrives before anybody could be told of it is not announced any more.
    await _mails(brand, creator, TO_THE_CREATOR[:3])
    await brand.stack.simulator.post(f"{path}/deliver")
    await brand.order_of(selection["selection_id"], "delivered")

    await _mails(brand, creator, TO_THE_CREATOR)
    await _mails(brand, contact, TO_THE_BRAND)
    orders = await check(brand)
    assert [one["status"] for one in orders] == ["delivered"]
    await told_once(brand.stack, brand.brand_id, orders)
    await fell_by_the_gifts(brand, orders)
    await nothing_older_wins(brand.stack, orders)
