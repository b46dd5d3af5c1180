"""What may go wrong while following, and that it does not matter in the end."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from httpx import HTTPError
from support.shops import Connected, Gift
from support.store_sync import StoreSync
from support.waiting import until

POLLING = {"STORE_SYNC_POLL_EVERY_S": "1"}
TOPICS = ("order.fulfilled", "order.delivered", "order.edited", "order.cancelled")


@pytest.fixture
async def polling(store_sync: StoreSync) -> AsyncIterator[StoreSync]:
    """The service, asking the stores every second; afterwards as it was."""
    await store_sync.process.end()
    await store_sync.start(**POLLING)
    yield store_sync
    await store_sync.simulator.delete("/_faults")
    await store_sync.process.end()
    await store_sync.start()


async def _ship(store_sync: StoreSync, shop: Connected, gift: Gift) -> None:
    await store_sync.merchant(shop, f"orders/{gift.ref}/fulfill")
    await store_sync.merchant(shop, f"orders/{gift.ref}/deliver")


async def _unlike(store_sync: StoreSync, gift: Gift) -> dict[str, int]:
    """How many different events each topic has of an order: a repeat is the same event."""
    return {
        topic: len({one["event_id"] for one in await store_sync.told(topic, gift.order_id)})
        for topic in TOPICS
    }


@pytest.mark.parametrize(
    "point",
    [
        "hook.persisted",
        "follow.saved",
        *(
            pytest.param(point, marks=pytest.mark.long)
            for point in (
                "hook.verified",
                "follow.read",
                "poll.page_applied",
                "poll.cursor_saved",
                "outbox.sent",
            )
        ),
    ],
)
async def test_killed_anywhere_the_order_arrives_once(polling: StoreSync, point: str) -> None:
    shop = await polling.connected()
    gift = await polling.followed(shop)
    await polling.process.end()
    await polling.process.start(**POLLING, GIFTSTREAM_CRASHPOINT=point)
    await until(lambda: _answers_or_died(polling), within_s=20, what="started", every_s=0.05)
    await _ship(polling, shop, gift)
    assert await polling.process.ended() == -9, polling.process.tail()
    await polling.start(**POLLING)
    await polling.status(gift, "delivered", within_s=30)
    counts = await _unlike(polling, gift)
    assert counts["order.delivered"] == 1
    assert counts["order.fulfilled"] == 1
    assert counts["order.cancelled"] == counts["order.edited"] == 0


async def _answers_or_died(store_sync: StoreSync) -> bool:
    if not store_sync.process.runs:
        return True
    answer = await _status(store_sync)
    return answer == 200


async def _status(store_sync: StoreSync) -> int:
    try:
        return (await store_sync.http.get("/ready")).status_code
    except HTTPError:
        return 0


async def test_without_any_webhook_polling_finds_everything(polling: StoreSync) -> None:
    shop = await polling.connected()
    chaos = {"store": shop.name, "drop": 1.0}
    assert (await polling.simulator.post("/_webhooks", json=chaos)).is_success
    gifts = [await polling.followed(shop) for _ in range(5)]
    for gift in gifts:
        await _ship(polling, shop, gift)
    for gift in gifts:
        shown = await polling.status(gift, "delivered", within_s=30)
        assert shown["items"][-1]["source"] == "poll"


async def test_a_dead_store_delays_nobody_else(store_sync: StoreSync) -> None:
    dead, well = await store_sync.connected(), await store_sync.connected()
    stuck = [await store_sync.followed(dead) for _ in range(6)]
    gift = await store_sync.followed(well)
    fault = {"store": dead.name, "operation": "*", "fault": "latency", "delay_ms": 30_000}
    assert (await store_sync.simulator.post("/_faults", json=fault)).is_success
    for one in stuck:
        await store_sync.merchant(dead, f"orders/{one.ref}/fulfill")
    await asyncio.sleep(0.5)  # its reads hang by now
    begun = time.monotonic()
    await _ship(store_sync, well, gift)
    await store_sync.status(gift, "delivered", within_s=5)
    assert time.monotonic() - begun < 3
    await store_sync.simulator.delete("/_faults")
    for one in stuck:
        await store_sync.status(one, "in_transit", within_s=60)


@pytest.mark.parametrize(
    "fault",
    [
        "server_error",
        "throttle",
        *(
            pytest.param(name, marks=pytest.mark.long)
            for name in ("html", "truncated", "reset_before")
        ),
    ],
)
async def test_a_store_that_fails_for_a_while_is_read_afterwards(
    store_sync: StoreSync, fault: str
) -> None:
    shop = await store_sync.connected()
    gift = await store_sync.followed(shop)
    asked = {"store": shop.name, "operation": "order", "fault": fault, "times": 2}
    assert (await store_sync.simulator.post("/_faults", json=asked)).is_success
    await _ship(store_sync, shop, gift)
    await store_sync.status(gift, "delivered", within_s=30)


async def test_a_refused_read_needs_attention_and_goes_on_by_itself(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    gift = await store_sync.followed(shop)
    asked = {"store": shop.name, "operation": "order", "fault": "unauthorized", "times": 2}
    assert (await store_sync.simulator.post("/_faults", json=asked)).is_success
    await _ship(store_sync, shop, gift)
    await store_sync.status(gift, "delivered", within_s=40)

    async def is_back() -> bool:
        told = [one["status"] for one in await store_sync.told("store.changed", shop.id)]
        return told[-1] == "connected" and "needs_attention" in told

    await until(is_back, within_s=15, what="connected again, and told so", every_s=0.3)


async def test_a_permission_taken_away_is_named_and_given_back(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    await store_sync.merchant(shop, "revoke", scopes=["write_draft_orders"])

    async def is_named() -> bool:
        shown = (await store_sync.http.get(f"/stores/{shop.id}")).json()
        return shown["status"] == "needs_attention" and "write_draft_orders" in str(
            shown["reasons"]
        )

    await until(is_named, within_s=20, what="the missing permission is named")
    access = await store_sync.as_service("campaign").get(f"/internal/stores/{shop.id}/access")
    assert (access.status_code, access.json()["code"]) == (409, "permission_denied")
    await store_sync.merchant(shop, "restore")

    async def is_back() -> bool:
        return bool(
            (await store_sync.http.get(f"/stores/{shop.id}")).json()["status"] == "connected"
        )

    await until(is_back, within_s=20, what="connected again")


async def test_two_replicas_read_each_order_once(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    gifts = [await store_sync.followed(shop) for _ in range(8)]
    other = await store_sync.replica()
    try:
        await asyncio.gather(*(_ship(store_sync, shop, gift) for gift in gifts))
        for gift in gifts:
            shown = await store_sync.status(gift, "delivered", within_s=30)
            numbers = [one["observation"] for one in shown["items"]]
            assert numbers == list(range(1, len(numbers) + 1))
            assert (await _unlike(store_sync, gift))["order.delivered"] == 1
    finally:
        await other.end()
