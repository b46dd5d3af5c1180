"""What people ask of notification: "product sent" again, and the brand's own words."""

from typing import Any

import pytest
from giftstream.events import Reason, SelectionRefused, Source, StoreChanged
from giftstream.identity import new_id
from support.waiting import until

from .conftest import PLACED, Notification, Order
from .test_notification_api import key_for

SHIPPED = {"order_placed": "sent", "order_shipped": "sent"}


async def mails_of(world: Notification, address: str, subject: str, count: int = 1) -> list[Any]:
    """So many mails to this address with these words in their subject."""

    def found() -> list[Any]:
        return [mail for mail in world.mails_to(address) if subject in mail["subject"]]

    async def there() -> bool:
        return len(found()) >= count

    await until(there, within_s=20, what=f"{count} mails: {subject}")
    return found()


async def test_product_sent_goes_out_once_for_each_time_that_it_is_asked(
    notification: Notification, order: Order
) -> None:
    path = f"/orders/{order.id}/product-sent"
    assert (await notification.call("POST", path)).status_code == 404
    await notification.tell(order.is_now(1, "placed"))
    await notification.becomes(order, **PLACED)
    early = await notification.call("POST", path)
    assert (early.status_code, early.json()["code"]) == (409, "not_shipped")
    assert "shipped yet" in early.json()["detail"]
    await notification.tell(order.is_now(2, "in_transit"))
    await notification.becomes(order, **PLACED, order_shipped="sent")
    keys = ["a", "a", "b"]
    answers = [await notification.call("POST", path, **{"Idempotency-Key": one}) for one in keys]
    assert [one.status_code for one in answers] == [201] * 3
    assert len({one.json()["message_id"] for one in answers}) == 2
    mails = await mails_of(notification, order.creator, "has sent your gift", 2)
    assert len(mails) == 2
    assert "https://track.example/JJD1" in mails[0]["text"]
    assert "law asks for it" in mails[0]["text"]


@pytest.mark.parametrize(("scope", "status"), [("messages:read", 403), ("messages:write", 404)])
async def test_another_brand_cannot_ask(
    notification: Notification, order: Order, scope: str, status: int
) -> None:
    stranger = await key_for(notification, f"other-{new_id()[:8]}", scope)
    await notification.tell(order.is_now(2, "in_transit"))
    await notification.becomes(order, **SHIPPED)
    path = f"/orders/{order.id}/product-sent"
    assert (await notification.call("POST", path, key=stranger.key)).status_code == status


async def test_a_brand_changes_its_words_and_its_mails_are_written_in_them(
    notification: Notification, order: Order
) -> None:
    scopes = ("messages:read", "messages:write")
    key = (await key_for(notification, order.brand_id, *scopes)).key
    path = f"/brands/{order.brand_id}/templates/order_placed"
    ours = await notification.call("GET", path, key=key)
    assert "{{products}}" in ours.json()["text"]
    wrong = await notification.call("PUT", path, {"text": "Hi {{frist_name}}"}, key)
    assert wrong.status_code == 422
    assert "frist_name" in wrong.json()["reasons"][0]["detail"]
    own = {"subject": "Hooray, {{name}}!", "text": "{{products}}\n\nAll the best <3"}
    saved = await notification.call("PUT", path, own, key, **{"If-Match": ours.headers["ETag"]})
    assert saved.status_code == 200, saved.text
    assert saved.json()["preview"]["subject"] == "Hooray, Sam Sample!"
    assert "All the best &lt;3" in saved.json()["preview"]["html"]
    stale = await notification.call("PUT", path, own, key, **{"If-Match": ours.headers["ETag"]})
    assert stale.status_code == 412
    await notification.tell(order.is_now(2, "placed"))
    (mail,) = await mails_of(notification, order.creator, "Hooray, Ana!")
    assert mail["text"].splitlines() == ["  2 x Tee, blue", "", "All the best <3"]
    elsewhere = f"/brands/{order.brand_id}-x/templates/order_placed"
    assert (await notification.call("GET", elsewhere, key=key)).status_code == 404
    unknown = f"/brands/{order.brand_id}/templates/nothing"
    assert (await notification.call("GET", unknown, key=key)).status_code == 404


async def test_a_brand_switches_a_mail_off(notification: Notification, order: Order) -> None:
    await key_for(notification, order.brand_id)
    path = f"/brands/{order.brand_id}/templates"
    answer = await notification.call("PUT", f"{path}/selection_received", {"send": False})
    assert answer.json()["send"] is False
    listed = (await notification.call("GET", path)).json()["items"]
    assert [one["name"] for one in listed if not one["send"]] == [
        "selection_received",
        "brand_order_placed",
    ]
    await notification.tell(order.is_now(2, "placed"))
    await notification.becomes(order, order_placed="sent")


async def test_a_lost_store_is_told_once_with_every_missing_permission(
    notification: Notification, order: Order
) -> None:
    def store(revision: int, *missing: str) -> StoreChanged:
        reasons = (
            Reason(code="permission_denied", detail=f"Missing permission: {one}.")
            for one in missing
        )
        return StoreChanged(
            store_id=f"store-{order.id}",
            brand_id=order.brand_id,
            platform="shopify",
            name="Acme Europe",
            status="needs_attention" if missing else "connected",
            reasons=tuple(reasons),
            revision=revision,
        )

    await notification.tell(store(1), store(2, "write_orders"), store(2, "write_orders"))
    await notification.tell(store(3, "write_orders", "read_products"))
    (mail,) = await mails_of(notification, order.contact, "Acme Europe")
    for scope in ("write_orders", "read_products"):
        assert f"Missing permission: {scope}." in mail["text"]
    await notification.tell(store(4), store(5, "write_orders"))
    assert len(await mails_of(notification, order.contact, "Acme Europe", 2)) == 2


async def test_refused_selections_are_told_to_the_brand_together(
    notification: Notification, order: Order
) -> None:
    await key_for(notification, order.brand_id)
    refused = [
        SelectionRefused(
            event_id=new_id(),
            occurred_at=order.is_now(1, "approved").occurred_at,
            selection_id=f"sel-{number}",
            brand_id=order.brand_id,
            reasons=(Reason(code="unknown_campaign", detail="No such campaign."),),
            source=Source(topic="selection.submitted", partition=0, offset=number),
        )
        for number in range(3)
    ]
    await notification.tell(*refused, *refused)
    (mail,) = await mails_of(notification, order.contact, "refused")
    assert [mail["text"].count(f"  sel-{number}\r\n") for number in range(3)] == [1, 1, 1]
