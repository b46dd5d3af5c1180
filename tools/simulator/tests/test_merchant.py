"""The merchant ships, delivers, takes back; the ledger and the API say the same."""

import asyncio
import uuid


async def test_an_order_is_shipped_and_delivered(shop, mark):
    order = await shop.ordered(mark)
    shipped = await shop.merchant(
        f"orders/{order}/fulfill", carrier="Correos", tracking_number="ES123"
    )
    assert shipped.status_code == 200
    state = await shop.state(order)
    (parcel,) = state["fulfillments"]
    assert state["displayFulfillmentStatus"] == "FULFILLED"
    assert (parcel["status"], parcel["displayStatus"]) == ("SUCCESS", "IN_TRANSIT")
    assert parcel["trackingInfo"][0]["company"] == "Correos"
    assert parcel["trackingInfo"][0]["number"] == "ES123"
    await shop.merchant(f"orders/{mark}/deliver")
    (parcel,) = (await shop.state(order))["fulfillments"]
    assert parcel["displayStatus"] == "DELIVERED"
    assert parcel["deliveredAt"]
    assert [event["status"] for event in parcel["events"]["nodes"]] == ["IN_TRANSIT", "DELIVERED"]
    kinds = [entry["kind"] for entry in await shop.ledger() if entry["mark"] == str(mark)]
    assert [kind for kind in kinds if kind != "call"] == [
        "prepared",
        "committed",
        "fulfilled",
        "delivered",
    ]


async def test_a_part_is_shipped_first(shop, mark):
    order = await shop.ordered(mark, 3)
    part = [{"variant_ref": shop.variant, "quantity": 1}]
    await shop.merchant(f"orders/{order}/fulfill", lines=part)
    state = await shop.state(order)
    assert state["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    assert state["lineItems"]["nodes"][0]["unfulfilledQuantity"] == 2
    too_many = await shop.merchant(
        f"orders/{order}/fulfill", lines=[{"variant_ref": shop.variant, "quantity": 9}]
    )
    assert too_many.status_code == 422
    await shop.merchant(f"orders/{order}/fulfill")
    assert (await shop.state(order))["displayFulfillmentStatus"] == "FULFILLED"


async def test_a_cancelled_fulfillment_makes_the_order_unfulfilled_again(shop, mark):
    order = await shop.ordered(mark)
    await shop.merchant(f"orders/{order}/fulfill")
    await shop.merchant(f"orders/{order}/unfulfill")
    state = await shop.state(order)
    assert state["displayFulfillmentStatus"] == "UNFULFILLED"
    assert state["fulfillments"][0]["displayStatus"] == "CANCELED"
    assert state["lineItems"]["nodes"][0]["unfulfilledQuantity"] == 1


async def test_a_cancelled_order_gives_its_stock_back(shop, mark):
    order = await shop.ordered(mark, 2)
    await shop.merchant(f"orders/{order}/cancel")
    state = await shop.state(order)
    assert state["cancelledAt"]
    assert state["lineItems"]["nodes"][0]["variant"]["inventoryQuantity"] == 1000
    assert (await shop.merchant(f"orders/{order}/cancel")).status_code == 422
    assert len(await shop.ledger("cancelled")) == 1


async def test_the_app_cancels_too_but_only_once(shop, mark):
    order = await shop.ordered(mark)
    query = """mutation C($id: ID!) { orderCancel(orderId: $id, reason: OTHER, restock: true,
      refundMethod: {originalPaymentMethodsRefund: false}) {
        job { id done } orderCancelUserErrors { code message } } }"""
    gid = f"gid://shopify/Order/{order}"
    assert (await shop.run(query, id=gid))["orderCancel"]["job"]["done"] is True
    again = (await shop.run(query, id=gid))["orderCancel"]["orderCancelUserErrors"]
    assert again[0]["code"] == "INVALID"


async def test_shipped_goods_come_back(shop, mark):
    order = await shop.ordered(mark, 2)
    assert (await shop.merchant(f"orders/{order}/return")).status_code == 422
    await shop.merchant(f"orders/{order}/fulfill")
    await shop.merchant(
        f"orders/{order}/return", lines=[{"variant_ref": shop.variant, "quantity": 1}]
    )
    state = await shop.state(order)
    assert state["returnStatus"] == "RETURNED"
    assert state["lineItems"]["nodes"][0]["currentQuantity"] == 1
    assert state["lineItems"]["nodes"][0]["variant"]["inventoryQuantity"] == 999


async def test_an_edit_changes_quantities_and_adds_goods(shop, mark):
    order = await shop.ordered(mark)
    other = shop.made["products"][1]["variants"][0]["variant_ref"]
    lines = [{"variant_ref": shop.variant, "quantity": 2}, {"variant_ref": other, "quantity": 1}]
    await shop.merchant(f"orders/{order}/edit", lines=lines)
    found = (await shop.state(order))["lineItems"]["nodes"]
    assert [line["currentQuantity"] for line in found] == [2, 1]


async def test_a_deleted_product_leaves_lines_without_one(shop, mark):
    order = await shop.ordered(mark)
    for variant in shop.made["products"][0]["variants"]:
        path = f"/_merchant/{shop.id}/variants/{variant['variant_ref']}"
        await shop.http.patch(path, json={"deleted": True})
    line = (await shop.state(order))["lineItems"]["nodes"][0]
    assert line["variant"] is None
    assert line["product"] is None


async def test_price_stock_and_policy_are_changed(shop):
    path = f"/_merchant/{shop.id}/variants/{shop.variant}"
    body = {"stock": 0, "price": "9.5", "inventory_policy": "continue"}
    assert (await shop.http.patch(path, json=body)).json()["price"] == "9.50"
    query = """query V($id: ID!) { productVariant(id: $id) { price inventoryQuantity
      inventoryPolicy availableForSale } }"""
    gid = f"gid://shopify/ProductVariant/{shop.variant}"
    assert (await shop.run(query, id=gid))["productVariant"] == {
        "price": "9.50",
        "inventoryQuantity": 0,
        "inventoryPolicy": "CONTINUE",
        "availableForSale": True,
    }


async def test_the_autopilot_ships_and_delivers_what_is_live(shop, mark):
    cancelled, kept = await shop.ordered(uuid.uuid4()), await shop.ordered(mark)
    await shop.merchant(f"orders/{cancelled}/cancel")
    await shop.http.post("/_autopilot", json={"fulfill_after_s": 0, "deliver_after_s": 0})
    try:
        async with asyncio.timeout(10):
            while not await shop.ledger("delivered"):  # noqa: ASYNC110 - HTTP
                await asyncio.sleep(0.05)
    finally:
        await shop.http.post("/_autopilot", json={"off": True})
    assert [entry["object"] for entry in await shop.ledger("delivered")] == [kept]
    assert [entry["object"] for entry in await shop.ledger("fulfilled")] == [kept]
