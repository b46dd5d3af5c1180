"""`GET /messages`: by whom, of whom, and without any address."""

import httpx
import pytest
from giftstream.events import ApiKey, BrandChanged
from giftstream.http.keys import NewKey, new_api_key
from support.waiting import until

from .conftest import ARRIVED, PLACED, Notification, Order


async def key_for(world: Notification, brand_id: str, *scopes: str) -> NewKey:
    """A key of this brand, known to the service."""
    key = new_api_key()
    api_key = ApiKey(prefix=key.prefix, sha256=key.sha256, scopes=scopes)
    await world.tell(BrandChanged(brand_id=brand_id, name="Acme", api_keys=(api_key,), revision=1))

    async def known() -> bool:
        return await world.database["brands"].find_one({"_id": brand_id}) is not None

    await until(known, within_s=10, what="the brand is known")
    return key


async def test_a_brand_sees_its_own_messages_alone_and_no_address(
    notification: Notification, order: Order
) -> None:
    other = Order(notification)
    key = await key_for(notification, order.brand_id, "messages:read")
    await notification.tell(order.is_now(1, "delivered"), other.is_now(1, "placed"))
    await notification.becomes(order, **ARRIVED)
    await notification.becomes(other, **PLACED)
    own = await notification.messages(key.key)
    assert {one["order_id"] for one in own} == {order.id}
    assert {one["template"] for one in own} == set(ARRIVED)
    assert "@" not in str(own)
    assert await notification.messages(key.key, brand_id=other.brand_id) == []
    assert await notification.messages(key.key, order_id=other.id) == []
    assert await notification.messages(key.key, status="failed") == []
    (mail, _) = notification.mails_to(order.creator)
    assert mail["subject"] == "Your gift from Acme is ordered"


async def test_pages_neither_skip_nor_repeat(notification: Notification, order: Order) -> None:
    await notification.tell(order.is_now(1, "delivered"))
    await notification.becomes(order, **ARRIVED)
    headers = {"Authorization": f"Bearer {notification.admin_key}"}
    asked: dict[str, str] = {"order_id": order.id, "limit": "1"}
    seen = []
    async with httpx.AsyncClient(base_url=notification.url, headers=headers) as http:
        while True:
            page = (await http.get("/messages", params=asked)).raise_for_status().json()
            seen += [one["message_id"] for one in page["items"]]
            if page["next"] is None:
                break
            asked["cursor"] = page["next"]
    assert len(seen) == len(set(seen)) == len(ARRIVED)


async def test_a_status_that_no_message_has_is_refused(notification: Notification) -> None:
    headers = {"Authorization": f"Bearer {notification.admin_key}"}
    async with httpx.AsyncClient(base_url=notification.url, headers=headers) as http:
        answer = await http.get("/messages", params={"status": "delivered"})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
        assert answer.json()["reasons"][0]["path"] == "query.status"
        assert "'sent'" in answer.json()["reasons"][0]["detail"]


@pytest.mark.parametrize(
    ("scopes", "status"), [((), 403), (("orders:read",), 403), (("messages:read",), 200)]
)
async def test_a_key_needs_the_scope(
    notification: Notification, order: Order, scopes: tuple[str, ...], status: int
) -> None:
    key = await key_for(notification, order.brand_id, *scopes)
    async with httpx.AsyncClient(base_url=notification.url) as http:
        answer = await http.get("/messages", headers={"Authorization": f"Bearer {key.key}"})
        assert answer.status_code == status
        assert (await http.get("/messages")).status_code == 401
