"""Following orders: what the merchant does is seen, numbered and told; nothing else is."""

import asyncio
import itertools

import pytest
from giftstream import mongo
from support.shops import Gift
from support.store_sync import StoreSync
from support.waiting import until

TOPICS = (
    "order.fulfilled",
    "order.shipment_updated",
    "order.delivered",
    "order.cancelled",
    "order.returned",
    "order.edited",
)


async def _events(store_sync: StoreSync, gift: Gift) -> list[tuple[int, str, str]]:
    """(observation, topic, store_status) of everything told, in the order of observation."""
    found = [
        (body["observation"], topic, body["store_status"])
        for topic in TOPICS
        for body in await store_sync.told(topic, gift.order_id)
    ]
    return sorted(found, key=lambda one: (one[0], TOPICS.index(one[1])))


async def test_an_order_is_followed_from_placing_to_delivery(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    gift = await store_sync.followed(shop)
    await store_sync.polled(shop)
    body = {"carrier": "DHL", "tracking_number": "JD1"}
    await store_sync.merchant(shop, f"orders/{gift.ref}/fulfill", **body)
    await store_sync.status(gift, "in_transit")
    await store_sync.merchant(shop, f"orders/{gift.ref}/deliver")
    shown = await store_sync.status(gift, "delivered")
    assert shown["items"][-1]["source"] == "webhook"
    delivered = (await store_sync.told("order.delivered", gift.order_id))[-1]
    assert delivered["store_order"]["id"] == gift.ref
    assert (delivered["reference"], delivered["creator_id"]) == ("platform-5", "cr-77")
    [shipment] = delivered["shipments"]
    assert (shipment["carrier"], shipment["tracking_number"]) == ("DHL", "JD1")
    assert shipment["lines"] == [{"variant_ref": shop.variants[0], "quantity": 2}]
    assert shipment["delivered_at"] is not None
    topics = [topic for _, topic, _ in await _events(store_sync, gift)]
    assert topics.count("order.fulfilled") == 1
    assert topics.count("order.delivered") == 1
    numbers = [one["observation"] for one in shown["items"]]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_what_happened_before_we_heard_of_the_order_is_not_missed(
    store_sync: StoreSync,
) -> None:
    shop = await store_sync.connected()
    gift = await store_sync.placed(shop)
    await store_sync.merchant(shop, f"orders/{gift.ref}/fulfill")
    await store_sync.merchant(shop, f"orders/{gift.ref}/deliver")
    await store_sync.create(gift)
    await store_sync.status(gift, "delivered")
    assert [one[:2] for one in await _events(store_sync, gift)] == [
        (1, "order.fulfilled"),
        (1, "order.delivered"),
    ]


async def test_a_part_then_the_rest_then_taken_back_again(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    gift = await store_sync.followed(shop, quantity=3)
    lines = [{"variant_ref": shop.variants[0], "quantity": 1}]
    await store_sync.merchant(shop, f"orders/{gift.ref}/fulfill", lines=lines)
    await store_sync.status(gift, "partially_fulfilled")
    await store_sync.merchant(shop, f"orders/{gift.ref}/fulfill")
    await store_sync.status(gift, "in_transit")
    fulfilled = await store_sync.told("order.fulfilled", gift.order_id)
    assert [one["store_status"] for one in fulfilled] == ["partially_fulfilled", "in_transit"]
    await store_sync.merchant(shop, f"orders/{gift.ref}/unfulfill")
    shown = await store_sync.status(gift, "pending")
    # The store is the truth: a newer observation lowers the status, and says so.
    assert {"field": "status", "ordered": "in_transit", "found": "pending"} in (
        shown["items"][-1]["difference"]
    )
    assert (await store_sync.told("order.edited", gift.order_id))[-1]["store_status"] == "pending"


async def test_a_cancelled_order_is_told_once(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    gift = await store_sync.followed(shop)
    await store_sync.merchant(shop, f"orders/{gift.ref}/cancel")
    await store_sync.status(gift, "cancelled")
    [told] = await store_sync.told("order.cancelled", gift.order_id)
    assert told["cancelled_at"] is not None


async def test_a_return_names_the_lines_that_came_back(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    gift = await store_sync.followed(shop, quantity=2)
    await store_sync.merchant(shop, f"orders/{gift.ref}/fulfill")
    await store_sync.merchant(shop, f"orders/{gift.ref}/deliver")
    await store_sync.status(gift, "delivered")
    lines = [{"variant_ref": shop.variants[0], "quantity": 1}]
    await store_sync.merchant(shop, f"orders/{gift.ref}/return", lines=lines)
    await store_sync.status(gift, "partially_returned")
    await store_sync.merchant(shop, f"orders/{gift.ref}/return", lines=lines)
    await store_sync.status(gift, "returned")
    told = (await store_sync.told("order.returned", gift.order_id))[-1]
    assert told["returned_lines"] == [{"variant_ref": shop.variants[0], "quantity": 2}]
    assert await store_sync.told("order.edited", gift.order_id) == []


async def test_an_edit_names_what_differs_without_personal_data(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    gift = await store_sync.followed(shop, quantity=2)
    lines = [{"variant_ref": shop.variants[0], "quantity": 5}]
    await store_sync.merchant(shop, f"orders/{gift.ref}/edit", lines=lines)
    field = f"lines.{shop.variants[0]}.quantity"
    await store_sync.seen(
        gift,
        lambda now: (
            {"field": field, "ordered": "2", "found": "5"} in now["items"][-1]["difference"]
        ),
    )
    address = {"firstName": "Berta", "address1": "Gran Via 7", "city": "Barcelona"}
    await store_sync.merchant(shop, f"orders/{gift.ref}/edit", shipping_address=address)
    await store_sync.seen(
        gift,
        lambda now: "address" in [one["field"] for one in now["items"][-1]["difference"]],
    )
    told = str(await store_sync.told("order.edited", gift.order_id))
    assert "Gran Via" not in told
    database = store_sync.database()
    kept = str(await database["followed_orders"].find_one({"_id": gift.order_id}))
    mongo.close(database)
    assert "Barcelona" not in kept


async def test_a_deleted_order_is_cancelled_only_after_a_second_look(
    store_sync: StoreSync,
) -> None:
    shop = await store_sync.connected()
    gift = await store_sync.followed(shop)
    await store_sync.merchant(shop, f"orders/{gift.ref}/delete")
    shown = await store_sync.status(gift, "cancelled", within_s=40)
    assert shown["items"][-1]["difference"][0]["field"] == "order"


async def test_other_orders_of_the_store_are_nobodys_business(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    gift = await store_sync.placed(shop)
    await store_sync.merchant(shop, f"orders/{gift.ref}/edit", tags=["not-a-gift"])
    database = store_sync.database()

    async def left_alone() -> bool:
        query = {"store_id": shop.id, "outcome": "not_ours"}
        return await database["deliveries"].count_documents(query) > 0

    await until(left_alone, within_s=15, what="the webhook is left alone")
    mongo.close(database)
    assert await store_sync.observations(gift) is None


async def test_a_webhook_faster_than_order_created_joins_it(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    gift = await store_sync.placed(shop)
    await store_sync.merchant(shop, f"orders/{gift.ref}/fulfill")
    database = store_sync.database()
    mine = {"store_id": shop.id, "ref": gift.ref}

    async def waits() -> bool:
        query = {**mine, "looks": {"$gt": 0}, "due_at": {"$exists": True}}
        return await database["deliveries"].count_documents(query) > 0

    await until(waits, within_s=15, what="the webhook waits")
    await store_sync.create(gift)
    await store_sync.status(gift, "in_transit")

    async def joined() -> bool:
        return not await database["deliveries"].count_documents(
            {**mine, "due_at": {"$exists": True}}
        )

    await until(joined, within_s=30, what="the webhook found its order")
    mongo.close(database)


async def test_a_moved_product_is_told_once_for_many_hints(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    product = shop.shop["products"][0]["product_ref"]
    for stock in range(5):
        path = f"/_merchant/{shop.name}/variants/{shop.variants[0]}"
        await store_sync.simulator.patch(path, json={"stock": stock})

    async def told() -> bool:
        bodies = await store_sync.told("store.product_changed", shop.id)
        return product in [one["product_ref"] for one in bodies]

    await until(told, within_s=20, what="store.product_changed", every_s=0.3)
    bodies = await store_sync.told("store.product_changed", shop.id)
    assert len([one for one in bodies if one["product_ref"] == product]) < 5


@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[::2])
async def test_dropped_doubled_and_shuffled_webhooks_end_the_same(
    store_sync: StoreSync, order: tuple[int, ...]
) -> None:
    shop = await store_sync.connected()
    chaos = {"store": shop.name, "duplicate": 3, "shuffle": True, "delay_ms": 50 * (1 + order[0])}
    assert (await store_sync.simulator.post("/_webhooks", json=chaos)).is_success
    gifts = [await store_sync.followed(shop) for _ in range(3)]
    for place in order:
        await store_sync.merchant(shop, f"orders/{gifts[place].ref}/fulfill")
        await store_sync.merchant(shop, f"orders/{gifts[place].ref}/deliver")
    for gift in gifts:
        await store_sync.status(gift, "delivered")
    await asyncio.sleep(0.5)  # the last doubles may still arrive
    for gift in gifts:
        topics = [topic for _, topic, _ in await _events(store_sync, gift)]
        assert topics.count("order.fulfilled") == 1
        assert topics.count("order.delivered") == 1
