"""One selection, from an event to a delivered gift, through all services as processes."""

from collections.abc import Awaitable, Callable
from typing import Any

from support.brands import Brand
from support.checker import check, ledger_of
from support.waiting import until

MakeBrand = Callable[..., Awaitable[Brand]]


# What a creator is told of one gift, in this order and nothing else.
MAILS = ["has your choice", "is ordered", "is on its way", "has arrived"]


async def mails_to(brand: Brand, email: str) -> list[dict[str, Any]]:
    found = await brand.stack.inbox.get("/messages", to=email)
    return list(found["items"])


async def told(brand: Brand, email: str, count: int) -> list[dict[str, Any]]:
    """The creator's mails, once there are so many."""
    mails: list[dict[str, Any]] = []

    async def there() -> bool:
        mails[:] = await mails_to(brand, email)
        return len(mails) >= count

    await until(there, within_s=30.0, what=f"{count} mails")
    return mails


async def test_a_signed_selection_becomes_one_free_order_and_is_delivered(
    make_brand: MakeBrand,
) -> None:
    brand = await make_brand(store={"shipping": {"default": "Standard", "by_country": {}}})
    selection = brand.selection(reference="platform-5", lines=[{"sku": brand.sku(), "quantity": 2}])
    email = selection["recipient"]["email"]
    await brand.publish(selection)
    order = await brand.order_of(selection["selection_id"], "placed")
    assert order["reference"] == "platform-5"
    assert order["charged"]["amount"] == 0
    assert order["retail_value"]["amount"] > 0
    assert order["store_order"]["platform"] == "shopify"
    number = order["store_order"]["id"]
    path = f"/_merchant/{brand.store}/orders/{number}"
    await brand.stack.simulator.post(
        f"{path}/fulfill", {"carrier": "UPS", "tracking_number": "1Z999"}
    )
    shipped = await brand.order_of(selection["selection_id"], "fulfilled", "in_transit")
    assert shipped["shipments"][0]["tracking_number"] == "1Z999"
    # A parcel that arrives before anybody could be told of it is not announced any more.
    assert "1Z999" in (await told(brand, email, 3))[2]["text"]
    await brand.stack.simulator.post(f"{path}/deliver")
    delivered = await brand.order_of(selection["selection_id"], "delivered")
    assert delivered["delivered_at"]
    await check(brand)
    await _each_mail_once(brand, email)
    await _board_shows(brand, delivered["order_id"])
    await _store_saw_what_was_asked(brand, email)


async def _each_mail_once(brand: Brand, email: str) -> None:
    mails = await told(brand, email, len(MAILS))
    subjects = [mail["subject"] for mail in mails]
    assert [end for end, said in zip(MAILS, subjects, strict=True) if said.endswith(end)] == MAILS
    assert len({mail["message_id"] for mail in mails}) == len(MAILS)
    assert all(mail["text"] and mail["html"] for mail in mails)


async def _board_shows(brand: Brand, order_id: str) -> None:
    async def delivered() -> bool:
        board = await brand.stack.campaign.get(f"/campaigns/{brand.campaign_id}/board")
        rows = {row["order_id"]: row["status"] for row in board["items"]}
        return rows.get(order_id) == "delivered"

    await until(delivered, within_s=10.0, what="the board shows the delivery")


async def _store_saw_what_was_asked(brand: Brand, email: str) -> None:
    entries = await ledger_of(brand.stack, brand.store)
    committed = [e["detail"] for e in entries if e["kind"] == "committed"]
    assert len(committed) == 1
    assert committed[0]["email"] == email
    assert committed[0]["shipping_title"] == "Standard"
    assert committed[0]["discount_title"] == "creator_compensation"
    assert [line["quantity"] for line in committed[0]["lines"]] == [2]


async def test_an_unsigned_bare_selection_waits_for_a_person(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    selection = brand.selection()
    await brand.publish(selection, signed=False)
    order = await brand.order_of(selection["selection_id"], "pending_review")
    assert [r["code"] for r in order["reasons"]] == ["needs_review"]
    preview = await brand.stack.orders.get(f"/orders/{order['order_id']}/preview")
    assert preview["order"]["charged"]["amount"] == 0
    await brand.stack.orders.post(f"/orders/{order['order_id']}/place")
    await brand.order_of(selection["selection_id"], "placed")
    await check(brand)


async def test_the_same_selection_three_times_and_rerouted_is_the_same_order(
    make_brand: MakeBrand,
) -> None:
    brand = await make_brand()
    selection = brand.selection()
    await brand.publish(selection, selection, selection)
    first = await brand.order_of(selection["selection_id"], "placed")
    # The product leaves the catalog: a selection that came now would be held.
    catalog = await brand.stack.campaign.get(f"/campaigns/{brand.campaign_id}/catalog")
    item = next(i for i in catalog["items"] if i["sku"] == brand.sku())
    gone = await brand.stack.campaign.call(
        "DELETE", f"/campaigns/{brand.campaign_id}/catalog/{item['item_id']}"
    )
    assert gone.is_success, gone.text
    witness = brand.selection()
    await _held_by_now(brand, witness)
    await brand.publish(selection)
    again = await brand.order_of(selection["selection_id"], "placed")
    assert again["order_id"] == first["order_id"]
    await check(brand)


async def _held_by_now(brand: Brand, witness: dict[str, Any]) -> None:
    """Publish copies under new ids until one meets the changed catalog."""

    async def held() -> bool:
        copy = brand.selection(lines=witness["lines"])
        await brand.publish(copy)
        order = await brand.order_of(copy["selection_id"], "placed", "on_hold")
        return order["status"] == "on_hold"

    await until(held, within_s=20.0, what="the catalog change to arrive")


async def test_the_same_id_with_other_content_is_refused_and_the_first_stands(
    make_brand: MakeBrand,
) -> None:
    brand = await make_brand()
    selection = brand.selection()
    await brand.publish(selection)
    await brand.order_of(selection["selection_id"], "placed")
    await brand.publish({**selection, "lines": [{"sku": brand.sku(1), "quantity": 3}]})
    assert await brand.refusal_of(selection["selection_id"]) == ["selection_conflict"]
    order = await brand.order_of(selection["selection_id"], "placed")
    assert [line["quantity"] for line in order["lines"]] == [1]
    await check(brand)


async def test_a_selection_made_through_us_is_placed_by_itself(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    participation = await brand.stack.campaign.post(
        f"/campaigns/{brand.campaign_id}/participations", {"creator_id": "cr-1"}
    )
    body = brand.selection()
    wanted = {"lines": body["lines"], "recipient": body["recipient"]}
    made = await brand.stack.campaign.post(
        f"/participations/{participation['participation_id']}/selections", wanted
    )
    brand.sent.append({"selection_id": made["selection_id"]})
    await brand.order_of(made["selection_id"], "placed")
    await check(brand)


async def test_selections_over_http_need_no_kafka(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    body = brand.selection()
    api = brand.api("campaign")
    try:
        await api.post("/selections", body)
    finally:
        await api.close()
    brand.sent.append(body)
    await brand.order_of(body["selection_id"], "placed")
    await check(brand)
