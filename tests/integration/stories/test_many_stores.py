"""Several stores of one brand: who gets which order, and what becomes of them when one is lost."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from support.brands import AnotherStore, Brand
from support.checker import check, ledger_of, live_orders
from support.more_stores import add_store, mails_of_loss, merchant, status_of, until_known
from support.waiting import until

MakeBrand = Callable[..., Awaitable[Brand]]

FRENCH = {"country": "FR", "postcode": "75001", "region": None}
GERMAN = {"country": "DE", "postcode": "10115", "region": None}
WAITING = 8
LONG = pytest.mark.long


def line(shop: dict[str, Any], store_id: str, product: int = 0) -> dict[str, Any]:
    """A line that names the store's own variant."""
    variant = shop["products"][product]["variants"][0]["variant_ref"]
    return {"store_id": store_id, "variant_ref": variant, "quantity": 1}


async def orders_when(
    brand: Brand, selection_id: str, holds: Callable[[list[dict[str, Any]]], bool]
) -> list[dict[str, Any]]:
    """The selection's orders, once they are as the test wants them."""
    seen: list[dict[str, Any]] = []

    async def as_wanted() -> bool:
        seen[:] = await brand.orders_of(selection_id)
        return holds(seen)

    try:
        await until(as_wanted, within_s=60.0, what=selection_id)
    except AssertionError as error:
        raise AssertionError(f"{error}; they are {seen}") from error
    return seen


async def test_the_country_decides_which_store_sends(make_brand: MakeBrand) -> None:
    brand = await make_brand(store={"countries": ["ES"]})
    french = await add_store(brand, countries=["FR"])
    assert brand.sku() == french.shop["products"][0]["variants"][0]["sku"]
    home, abroad = brand.selection(), brand.selection(address=FRENCH)
    nowhere = brand.selection(address=GERMAN)
    await brand.publish(home, abroad, nowhere)
    placed = await brand.order_of(home["selection_id"], "placed")
    assert placed["store_id"] == brand.store_id
    placed = await brand.order_of(abroad["selection_id"], "placed")
    assert placed["store_id"] == french.store_id
    held = await brand.order_of(nowhere["selection_id"], "on_hold")
    assert [one["code"] for one in held["reasons"]] == ["no_store_for_country"]
    # Released by its cause alone: a store that sends there, the selection is not sent again.
    await brand.stack.stores.patch(f"/stores/{french.store_id}", {"countries": ["FR", "DE"]})
    placed = await brand.order_of(nowhere["selection_id"], "placed")
    assert placed["store_id"] == french.store_id
    await check(brand)


async def test_the_product_decides_and_two_stores_make_two_orders(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    other = await add_store(brand)
    lines = [
        line(brand.shop, brand.store_id, 0),
        line(other.shop, other.store_id, 1),
        line(brand.shop, brand.store_id, 2),
    ]
    both = brand.selection(lines=lines)
    one = brand.selection(lines=[line(other.shop, other.store_id)])
    # Delivered three times, in between other things: the same two orders.
    await brand.publish(both, one, both)
    await brand.publish(both)
    all_placed = lambda seen: len(seen) == 2 and all(o["status"] == "placed" for o in seen)  # noqa: E731
    orders = await orders_when(brand, both["selection_id"], all_placed)
    sizes = {order["store_id"]: len(order["lines"]) for order in orders}
    assert sizes == {brand.store_id: 2, other.store_id: 1}
    assert (await brand.order_of(one["selection_id"], "placed"))["store_id"] == other.store_id
    await check(brand)
    known = {order["order_id"] for order in await brand.orders_of(both["selection_id"])}
    assert known == {order["order_id"] for order in orders}


async def _called(brand: Brand, lost: AnotherStore) -> bool:
    """Whether placing has asked the store for anything beyond what connecting it takes."""
    entries = await ledger_of(brand.stack, lost.store)
    return any(e["kind"] == "prepared" or "draft" in json.dumps(e["detail"]) for e in entries)


async def lose(brand: Brand, lost: AnotherStore, how: str) -> list[str]:
    """Lose a store; what people are to be told of it, word for word."""
    if how == "token":
        await merchant(brand, lost.store, "rotate", access_token=True)
        return ["does not accept our access"]
    if how == "uninstall":
        await merchant(brand, lost.store, "uninstall")
        return ["does not accept our access"]
    # Nobody tells store-sync: it looks because placing was refused.
    await brand.stack.simulator.post("/_webhooks", {"store": lost.store, "drop": 1.0})
    scopes = ["write_draft_orders", "read_returns"]
    await merchant(brand, lost.store, "revoke", scopes=scopes)
    return [f"Missing permission: {one}." for one in scopes]


async def reconnect(brand: Brand, lost: AnotherStore, how: str) -> None:
    """As a person would: with a new token, or by allowing again what was taken away."""
    if how == "scopes":
        await merchant(brand, lost.store, "restore")
        await brand.stack.stores.post(f"/stores/{lost.store_id}/check")
        return
    await merchant(brand, lost.store, "restore")
    new = await merchant(brand, lost.store, "rotate", access_token=True)
    change = {"credentials": {"access_token": new["access_token"]}}
    await brand.stack.stores.patch(f"/stores/{lost.store_id}", change)


@pytest.mark.parametrize(
    "how", ["scopes", pytest.param("token", marks=LONG), pytest.param("uninstall", marks=LONG)]
)
async def test_a_lost_store_pauses_its_lane_and_places_each_order_once_when_it_is_back(
    make_brand: MakeBrand, how: str
) -> None:
    brand = await make_brand()
    lost = await add_store(brand)
    of_lost = {"lines": [line(lost.shop, lost.store_id)]}
    # Some are under way in the store at that moment, some have not begun.
    slow = {"store": lost.store, "operation": "draftOrderCreate", "fault": "latency"}
    await brand.stack.simulator.post("/_faults", slow | {"delay_ms": 1000, "times": WAITING})
    waiting = [brand.selection(**of_lost) for _ in range(WAITING)]
    await brand.publish(*waiting)
    await until(lambda: _called(brand, lost), within_s=30.0, what="a call to the store")
    said = await lose(brand, lost, how)
    late = [brand.selection(**of_lost) for _ in range(WAITING)]
    elsewhere = [brand.selection() for _ in range(3)]
    await brand.publish(*late, *elsewhere)
    for one in elsewhere:
        await brand.order_of(one["selection_id"], "placed")

    async def known() -> bool:
        status, details = await status_of(brand, lost.store_id)
        words = " ".join(details)
        return status == "needs_attention" and all(one in words for one in said)

    await until(known, within_s=30.0, what=f"needs attention: {said}")

    async def told() -> bool:
        return bool(await mails_of_loss(brand))

    await until(told, within_s=30.0, what="the brand is told")
    for one in late:
        order = await brand.order_of(one["selection_id"], "approved", "placing")
        assert any(word in json.dumps(order["blocked_by"]) for word in said)
    assert len(live_orders(await ledger_of(brand.stack, lost.store))) <= len(waiting)
    await reconnect(brand, lost, how)
    for one in (*waiting, *late):
        await brand.order_of(one["selection_id"], "placed", within_s=60.0)
    assert await status_of(brand, lost.store_id) == ("connected", [])
    await check(brand)
    [mail] = await mails_of_loss(brand)
    assert all(one in mail for one in said)


@LONG
async def test_a_product_of_a_store_that_was_connected_later_is_found(
    make_brand: MakeBrand,
) -> None:
    brand = await make_brand(store={"countries": ["ES"]})
    early = brand.selection(address=FRENCH)
    await brand.publish(early)
    held = await brand.order_of(early["selection_id"], "on_hold")
    assert [one["code"] for one in held["reasons"]] == ["no_store_for_country"]
    french = await add_store(brand, countries=["FR"])
    await until_known(brand)
    placed = await brand.order_of(early["selection_id"], "placed")
    assert placed["store_id"] == french.store_id
    assert placed["order_id"] == held["order_id"]
    await check(brand)
