"""What holds an order is repaired where it lies, and the order goes on: nothing is sent again."""

from collections.abc import Awaitable, Callable

import pytest
from support.brands import Brand
from support.checker import check
from support.waiting import until

MakeBrand = Callable[..., Awaitable[Brand]]


async def test_orders_that_are_short_of_stock_go_on_when_the_store_has_enough(
    make_brand: MakeBrand,
) -> None:
    brand = await make_brand(shop={"stock": 1})
    two = [{"sku": brand.sku(), "quantity": 2}]
    first, second = brand.selection(lines=two), brand.selection(lines=two)
    for one in (first, second):
        await brand.publish(one)
        order = await brand.order_of(one["selection_id"], "on_hold")
        assert [r["code"] for r in order["reasons"]] == ["out_of_stock"]
    path = f"/_merchant/{brand.store}/variants/{brand.variant()}"
    await brand.stack.simulator.patch(path, {"stock": 3})
    await brand.order_of(first["selection_id"], "placed")
    still = await brand.order_of(second["selection_id"], "on_hold")
    assert [r["code"] for r in still["reasons"]] == ["out_of_stock"], "it was enough for one"
    await check(brand)


@pytest.mark.long
async def test_an_order_whose_product_is_imported_later_goes_on(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    path = f"/campaigns/{brand.campaign_id}/catalog"
    items = (await brand.stack.campaign.get(path))["items"]
    item = next(one for one in items if one["sku"] == brand.sku())
    assert (await brand.stack.campaign.call("DELETE", f"{path}/{item['item_id']}")).is_success
    waiting = []

    async def held() -> bool:
        waiting[:] = [brand.selection()]
        await brand.publish(*waiting)
        order = await brand.order_of(waiting[0]["selection_id"], "placed", "on_hold")
        return [r["code"] for r in order["reasons"]] == ["product_not_imported"]

    await until(held, within_s=20.0, what="the product is no longer offered")
    again = {"store_id": brand.store_id, "product_refs": "all"}
    await brand.stack.campaign.post(f"{path}/imports", again)
    await brand.order_of(waiting[0]["selection_id"], "placed")
    await check(brand)
