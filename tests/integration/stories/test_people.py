"""What people do with orders, and what becomes of it in the store, in events and in mails."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from giftstream import mongo
from support.brands import Brand
from support.checker import check, ledger_of
from support.waiting import until

MakeBrand = Callable[..., Awaitable[Brand]]


async def placed(brand: Brand, **changes: Any) -> dict[str, Any]:
    """A selection that is placed; the order, and its recipient's address for mails."""
    selection = brand.selection(**changes)
    await brand.publish(selection)
    order = await brand.order_of(selection["selection_id"], "placed")
    return order | {"email": selection["recipient"]["email"]}


async def mail(brand: Brand, email: str, subject_ends: str) -> dict[str, Any]:
    """The mail to this address that ends so."""
    found: list[dict[str, Any]] = []

    async def came() -> bool:
        mails = (await brand.stack.inbox.get("/messages", to=email))["items"]
        found[:] = [one for one in mails if one["subject"].endswith(subject_ends)]
        return bool(found)

    await until(came, within_s=30.0, what=f"a mail that ends with {subject_ends}")
    assert len(found) == 1, [one["subject"] for one in found]
    return found[0]


def reasons(order: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["code"], one["detail"]) for one in order["reasons"]]


async def gave_back(brand: Brand, order_id: str) -> None:
    """What the order had claimed of the creator's allowance is free again."""
    database = mongo.connect(brand.stack.servers.mongo, "giftstream_order_placement")

    async def free() -> bool:
        query = {f"claims.{order_id}": {"$exists": True}}
        return await database["allowances"].find_one(query) is None

    try:
        await until(free, within_s=20.0, what="the allowance is given back")
    finally:
        mongo.close(database)


async def test_a_placed_order_is_cancelled_through_us_once_and_the_creator_hears_why(
    make_brand: MakeBrand,
) -> None:
    limits = {"items": 1, "value": "unlimited", "orders_per_creator": "unlimited"}
    brand = await make_brand(campaign={"allowance": limits})
    order = await placed(brand, creator_id="cr-again")
    # Done, and the answer lost: what became of it is read in the store.
    await brand.fault("orderCancel", "reset_after_commit")
    said = {"by": "Eva", "reason": "We sent the wrong size."}
    path = f"/orders/{order['order_id']}/cancel"
    noted = await brand.stack.orders.post(path, said)
    assert (noted["status"], [r["code"] for r in noted["reasons"]]) == (
        "placed",
        ["cancel_requested"],
    )
    assert (await brand.stack.orders.post(path, said))["sequence"] == noted["sequence"]
    gone = await brand.order_of(order["selection_id"], "cancelled")
    assert reasons(gone) == [("cancelled_by_person", "We sent the wrong size.")]
    assert gone["cancelled"]["by"] == "Eva (admin)"
    entries = await ledger_of(brand.stack, brand.store)
    (cancelled,) = [one for one in entries if one["kind"] == "cancelled"]
    assert (cancelled["mark"], cancelled["detail"]["by"]) == (order["order_id"], "api")
    assert [one for one in entries if one["kind"] == "mail"] == [], "the store told nobody"
    assert "We sent the wrong size." in (await mail(brand, order["email"], "was cancelled"))["text"]
    await gave_back(brand, order["order_id"])
    await placed(brand, creator_id="cr-again")
    await check(brand)


@pytest.mark.long
async def test_what_has_left_the_store_is_not_cancelled_and_says_so(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    order = await placed(brand)
    shop = f"/_merchant/{brand.store}/orders/{order['store_order']['id']}"
    await brand.stack.simulator.post(f"{shop}/fulfill", {})
    await brand.order_of(order["selection_id"], "fulfilled", "in_transit")
    path = f"/orders/{order['order_id']}/cancel"
    refused = await brand.stack.orders.call("POST", path, json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_late")
    await check(brand)


async def test_a_cancel_while_it_is_placed_gives_the_allowance_back(make_brand: MakeBrand) -> None:
    limits = {"items": 1, "value": "unlimited", "orders_per_creator": "unlimited"}
    brand = await make_brand(campaign={"allowance": limits})
    await brand.fault("draftOrderCreate", "latency", delay_ms=1500)
    selection = brand.selection(creator_id="cr-twice")
    await brand.publish(selection)
    order = await brand.order_of(selection["selection_id"], "placing")
    await brand.stack.orders.post(f"/orders/{order['order_id']}/cancel", {"reason": "Not now."})
    gone = await brand.order_of(selection["selection_id"], "cancelled")
    assert reasons(gone) == [("cancelled_by_person", "Not now.")]
    await gave_back(brand, order["order_id"])
    await placed(brand, creator_id="cr-twice")
    await check(brand, leftovers=False)


async def test_a_rejection_is_told_with_its_reason(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    selection = brand.selection()
    await brand.publish(selection, signed=False)
    order = await brand.order_of(selection["selection_id"], "pending_review")
    said = {"reason": "This size is for adults.", "by": "Eva"}
    await brand.stack.orders.post(f"/orders/{order['order_id']}/reject", said)
    gone = await brand.order_of(selection["selection_id"], "rejected")
    assert reasons(gone) == [("rejected_by_person", "This size is for adults.")]
    told = await mail(brand, selection["recipient"]["email"], "cannot be sent")
    assert "This size is for adults." in told["text"]
    assert "This size is for adults." in told["html"]


@pytest.mark.long
async def test_a_selection_is_withdrawn_over_http_until_it_is_placed(
    make_brand: MakeBrand,
) -> None:
    brand = await make_brand(campaign={"auto_approve": False})
    selection = brand.selection()
    await brand.publish(selection)
    order = await brand.order_of(selection["selection_id"], "pending_review")
    own = brand.api("campaign")
    path = f"/selections/{selection['selection_id']}/withdraw"
    await own.post(path, {"reason": "The campaign was called off."})
    gone = await brand.order_of(selection["selection_id"], "cancelled")
    assert reasons(gone) == [("selection_withdrawn", "The campaign was called off.")]
    told = await mail(brand, selection["recipient"]["email"], "was cancelled")
    assert "The campaign was called off." in told["text"]
    late = brand.selection()
    await brand.publish(late)
    order = await brand.order_of(late["selection_id"], "pending_review")
    await brand.stack.orders.post(f"/orders/{order['order_id']}/place")
    await brand.order_of(late["selection_id"], "placed")
    await own.post(f"/selections/{late['selection_id']}/withdraw")
    await own.close()

    async def said() -> bool:
        (one,) = await brand.orders_of(late["selection_id"])
        return [r["code"] for r in one["reasons"]] == ["withdrawn_too_late"]

    await until(said, within_s=20.0, what="the withdrawal came too late, and that is said")
    [contact] = (await brand.stack.campaign.get(f"/brands/{brand.brand_id}"))["contacts"]
    told = await mail(brand, contact, "was withdrawn too late")
    assert f"giftstream orders cancel {order['order_id']}" in told["text"]
    await check(brand)


@pytest.mark.long
async def test_what_the_merchant_does_in_the_store_is_mirrored(make_brand: MakeBrand) -> None:
    brand = await make_brand()
    order = await placed(brand, lines=[{"sku": brand.sku(), "quantity": 2}])
    shop = f"/_merchant/{brand.store}/orders/{order['store_order']['id']}"
    lines = [{"variant_ref": brand.variant(), "quantity": 3}]
    await brand.stack.simulator.post(f"{shop}/edit", {"lines": lines})
    field = f"lines.{brand.variant()}.quantity"

    async def differs() -> bool:
        (one,) = await brand.orders_of(order["selection_id"])
        return {"field": field, "ordered": "2", "found": "3"} in one["difference"]

    await until(differs, within_s=20.0, what="the edit is seen and named")
    await brand.stack.simulator.post(f"{shop}/fulfill", {})
    await brand.order_of(order["selection_id"], "fulfilled", "in_transit")
    await brand.stack.simulator.post(f"{shop}/unfulfill", {})
    await brand.order_of(order["selection_id"], "placed")
    await brand.stack.simulator.post(f"{shop}/cancel", {})
    gone = await brand.order_of(order["selection_id"], "cancelled")
    assert [r["code"] for r in gone["reasons"]] == ["cancelled_in_store"]
    await mail(brand, order["email"], "was cancelled")
    await check(brand)
