"""Each reason that holds an order is reached, shown, and released as the table says."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from support.brands import Brand
from support.checker import check, ledger_of
from support.waiting import until

MakeBrand = Callable[..., Awaitable[Brand]]


def codes(order: dict[str, Any]) -> set[str]:
    return {reason["code"] for reason in order["reasons"]}


async def held(brand: Brand, selection: dict[str, Any], code: str) -> dict[str, Any]:
    """Publish, and wait for the order to be on hold for exactly this."""
    await brand.publish(selection)
    order = await brand.order_of(selection["selection_id"], "on_hold")
    assert codes(order) == {code}, order["reasons"]
    assert all(len(reason["detail"]) > 10 for reason in order["reasons"])
    return order


async def patched(brand: Brand, order: dict[str, Any], change: dict[str, Any]) -> None:
    await brand.stack.orders.patch(f"/orders/{order['order_id']}", change)


async def test_a_missing_email_holds_until_it_is_added(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    selection = brand.selection(recipient={"email": None})
    order = await held(brand, selection, "missing_email")
    await patched(brand, order, {"recipient": {"email": "ana@example.com"}})
    await brand.order_of(selection["selection_id"], "placed")
    await check(brand)


async def test_a_missing_or_wrong_address_holds_until_it_is_mended(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    missing = brand.selection(address={"line1": None, "city": None})
    order = await held(brand, missing, "missing_address")
    await patched(brand, order, {"recipient": {"address": {"line1": "Rua 1", "city": "Porto"}}})
    wrong = brand.selection(address={"country": "Atlantis"})
    order = await held(brand, wrong, "invalid_address")
    await patched(brand, order, {"recipient": {"address": {"country": "ES"}}})
    for selection in (missing, wrong):
        await brand.order_of(selection["selection_id"], "placed")
    await check(brand)


async def test_a_store_that_demands_a_phone_gets_one(make_brand: MakeBrand) -> None:
    brand = await make_brand(store={"requires_phone": True})
    selection = brand.selection(recipient={"phone": None})
    order = await held(brand, selection, "missing_phone")
    await patched(brand, order, {"recipient": {"phone": "+34612345678"}})
    await brand.order_of(selection["selection_id"], "placed")
    await check(brand)


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ({"items": 1}, "allowance_exceeded"),
        ({"value": 1}, "allowance_exceeded"),
        ({"orders_per_creator": 0}, "duplicate_order"),
    ],
)
async def test_what_is_beyond_the_allowance_waits_for_a_person(
    make_brand: MakeBrand, limit: dict[str, int], code: str
) -> None:
    limits = {"items": "unlimited", "value": "unlimited", "orders_per_creator": "unlimited"}
    brand = await make_brand(campaign={"allowance": limits | limit})
    selection = brand.selection(lines=[{"sku": brand.sku(), "quantity": 2}])
    order = await held(brand, selection, code)
    path = f"/orders/{order['order_id']}/place"
    refused = await brand.stack.orders.call("POST", path, json={})
    assert refused.status_code == 409
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert code in {reason["code"] for reason in refused.json()["reasons"]}
    await brand.stack.orders.post(path, {"override": [code], "by": "Eva"})
    await brand.order_of(selection["selection_id"], "placed")
    await check(brand)


async def test_only_so_many_orders_are_a_creators(make_brand: MakeBrand) -> None:
    limits = {"items": "unlimited", "value": "unlimited", "orders_per_creator": 1}
    brand = await make_brand(campaign={"allowance": limits})
    first = brand.selection(creator_id="cr-twice")
    await brand.publish(first)
    await brand.order_of(first["selection_id"], "placed")
    order = await held(brand, brand.selection(creator_id="cr-twice"), "duplicate_order")
    await brand.stack.orders.post(f"/orders/{order['order_id']}/reject", {"reason": "one is it"})
    await brand.order_of(order["selection_id"], "rejected")
    await check(brand)


async def test_products_must_be_in_the_campaigns_catalog(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    unknown = brand.selection(lines=[{"sku": "NO-SUCH-THING", "quantity": 1}])
    order = await held(brand, unknown, "product_not_imported")
    assert order["store_id"] is None
    await patched(brand, order, {"lines": [{"sku": brand.sku(), "quantity": 1}]})
    await brand.order_of(unknown["selection_id"], "placed")
    await check(brand)


async def test_a_sku_that_stands_twice_in_the_store_is_not_guessed(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    path = f"/_merchant/{brand.store}/variants/{brand.variant(1)}"
    await brand.stack.simulator.patch(path, {"sku": brand.sku(0)})
    job = await brand.stack.campaign.post(
        f"/campaigns/{brand.campaign_id}/catalog/imports",
        {"store_id": brand.store_id, "product_refs": "all"},
    )

    async def imported() -> bool:
        return (await brand.stack.campaign.get(f"/imports/{job['import_id']}"))["status"] == "done"

    await until(imported, within_s=20.0, what="the second import")

    async def known() -> bool:
        copy = brand.selection()
        await brand.publish(copy)
        order = await brand.order_of(copy["selection_id"], "placed", "on_hold")
        return codes(order) == {"ambiguous_product"}

    await until(known, within_s=20.0, what="ambiguous_product")
    await check(brand)


@pytest.mark.parametrize(
    ("campaign", "code"),
    [({"type": "paid_only"}, "campaign_not_gifting")],
)
async def test_a_campaign_without_gifts_gives_none(
    make_brand: MakeBrand, campaign: dict[str, Any], code: str
) -> None:
    brand = await make_brand(campaign=campaign)
    selection = brand.selection()
    await brand.publish(selection)
    order = await brand.order_of(selection["selection_id"], "on_hold")
    assert code in codes(order)
    await check(brand)


async def test_a_closed_campaign_holds_what_comes_late(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    await brand.stack.campaign.post(f"/campaigns/{brand.campaign_id}/close")

    async def closed() -> bool:
        copy = brand.selection()
        await brand.publish(copy)
        order = await brand.order_of(copy["selection_id"], "placed", "on_hold")
        return codes(order) == {"campaign_closed"}

    await until(closed, within_s=20.0, what="campaign_closed")
    await check(brand)


async def test_a_country_that_no_store_serves_is_said(make_brand: MakeBrand) -> None:
    brand = await make_brand(store={"countries": ["FR"]})
    selection = brand.selection()
    order = await held(brand, selection, "no_store_for_country")
    change = {"recipient": {"address": {"country": "FR", "postcode": "75001", "region": None}}}
    await patched(brand, order, change)
    await brand.order_of(selection["selection_id"], "placed")
    await check(brand)


async def test_too_little_stock_waits_for_a_person_who_overrides(make_brand: MakeBrand) -> None:
    brand = await make_brand(shop={"stock": 1})
    selection = brand.selection(lines=[{"sku": brand.sku(), "quantity": 5}])
    order = await held(brand, selection, "out_of_stock")
    path = f"/orders/{order['order_id']}/place"
    await brand.stack.orders.post(path, {"override": ["out_of_stock"], "by": "Eva"})
    await brand.order_of(selection["selection_id"], "placed")
    await check(brand)


async def test_a_product_that_the_merchant_deleted_is_said(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    path = f"/_merchant/{brand.store}/variants/{brand.variant()}"
    await brand.stack.simulator.patch(path, {"deleted": True})
    selection = brand.selection()
    await brand.publish(selection)
    order = await brand.order_of(selection["selection_id"], "on_hold")
    assert codes(order) <= {"product_deleted", "variant_unavailable", "product_not_imported"}
    await check(brand)


async def test_a_total_that_is_not_zero_is_never_placed(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    await brand.fault("draftOrderCreate", "total_off")
    selection = brand.selection()
    order = await held(brand, selection, "total_not_zero")
    kinds = [e["kind"] for e in await ledger_of(brand.stack, brand.store)]
    assert "committed" not in kinds
    await brand.stack.orders.post(f"/orders/{order['order_id']}/place")
    await brand.order_of(selection["selection_id"], "placed")
    await check(brand)


async def test_without_any_shipping_method_nothing_is_shipped(make_brand: MakeBrand) -> None:
    brand = await make_brand(shop={"ships_to": ["FR"]})
    selection = brand.selection()
    await brand.publish(selection)
    order = await brand.order_of(selection["selection_id"], "on_hold")
    assert codes(order) <= {"shipping_method_missing", "store_rejected"}, order["reasons"]
    await check(brand)


async def test_what_the_store_refuses_is_held_with_its_words(make_brand: MakeBrand) -> None:
    brand = await make_brand(
        shop={"ships_to": ["FR"]}, store={"shipping": {"default": "Standard", "by_country": {}}}
    )
    selection = brand.selection()
    order = await held(brand, selection, "store_rejected")
    change = {"recipient": {"address": {"country": "FR", "postcode": "75001", "region": None}}}
    await patched(brand, order, change)
    await brand.stack.orders.call("POST", f"/orders/{order['order_id']}/place", json={})
    await brand.order_of(selection["selection_id"], "placed")
    await check(brand)


async def test_a_lost_answer_is_settled_by_reading(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    await brand.fault("draftOrderComplete", "hang_after_commit", delay_ms=4000)
    selection = brand.selection()
    await brand.publish(selection)

    async def committed() -> bool:
        return any(e["kind"] == "committed" for e in await ledger_of(brand.stack, brand.store))

    await until(committed, within_s=30.0, what="the store has it", every_s=0.05)
    # From now on nobody can read it there either.
    await brand.fault("draftOrder", "server_error", times=1000)

    async def unknown() -> bool:
        orders = await brand.orders_of(selection["selection_id"])
        return codes(orders[0]) == {"outcome_unknown"} and orders[0]["status"] == "placing"

    await until(unknown, within_s=30.0, what="outcome_unknown is said")
    await brand.stack.simulator.call("DELETE", "/_faults")
    await brand.order_of(selection["selection_id"], "placed", within_s=60.0)
    await check(brand)


@pytest.mark.parametrize("how", ["uninstall", "revoke"])
async def test_a_store_that_shuts_us_out_pauses_its_lane_and_goes_on_when_reconnected(
    make_brand: MakeBrand, how: str
) -> None:
    brand = await make_brand()
    body = {} if how == "uninstall" else {"scopes": ["write_draft_orders"]}
    await brand.stack.simulator.post(f"/_merchant/{brand.store}/{how}", body)
    selection = brand.selection()
    await brand.publish(selection)
    expected = {"uninstall": "store_disconnected", "revoke": "permission_denied"}[how]

    async def blocked() -> bool:
        orders = await brand.orders_of(selection["selection_id"])
        return bool(orders) and expected in json.dumps(orders[0]["blocked_by"])

    await until(blocked, within_s=30.0, what=f"blocked_by {expected}")
    orders = await brand.orders_of(selection["selection_id"])
    assert orders[0]["status"] in {"approved", "placing"}
    await brand.stack.simulator.post(f"/_merchant/{brand.store}/restore", {})
    await brand.stack.stores.post(f"/stores/{brand.store_id}/check", {})
    await brand.order_of(selection["selection_id"], "placed", within_s=60.0)
    await check(brand)
