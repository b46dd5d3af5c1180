"""What people and facts make of orders that wait, over HTTP and events."""

import json
from typing import Any

from giftstream.clock import now
from giftstream.events import OrderDelivered, OrderFulfilled
from support import topics
from support.intake_world import codes, recipient
from support.order_placement import OrderPlacement, World
from support.waiting import until

REVIEW = {"auto_approve": False}


async def test_a_pending_order_is_placed_by_a_named_person(placement: OrderPlacement) -> None:
    world = await placement.world(REVIEW)
    await world.submit(world.body())
    order = await world.order()
    assert codes(order) == ["needs_review"]
    answer = await placement.post(f"/orders/{order['order_id']}/place", by="Zoë")
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "approved"
    assert answer.json()["approved"]["by"] == "Zoë (admin)"
    assert answer.json()["sequence"] == order["sequence"] + 1


async def test_a_missing_email_is_held_then_edited_then_goes_on(placement: OrderPlacement) -> None:
    world = await placement.world()
    await world.submit(world.body(recipient=recipient(email=None, address={"postcode": None})))
    order = await world.order()
    path = f"/orders/{order['order_id']}"
    assert codes(order) == ["missing_email", "missing_address"]
    refused = await placement.post(f"{path}/place")
    assert refused.status_code == 409
    said = refused.json()["reasons"]
    assert [one["code"] for one in said] == ["missing_email", "missing_address"]
    assert all(one["detail"] for one in said)
    half = await placement.http.patch(path, json={"recipient": {"email": "ana@example.com"}})
    assert (half.json()["status"], codes(half.json())) == ("on_hold", ["missing_address"])
    address = {"recipient": {"address": {"postcode": "28013"}}}
    whole = await placement.http.patch(path, json=address)
    assert (whole.json()["status"], codes(whole.json())) == ("approved", [])
    found = await placement.as_service("notification").get(f"/internal{path}/recipient")
    assert found.json()["email"] == "ana@example.com"
    assert found.json()["address"]["line1"] == "Calle Mayor 1"


async def test_an_edit_of_what_somebody_else_changed_is_stale(placement: OrderPlacement) -> None:
    world = await placement.world(REVIEW)
    await world.submit(world.body())
    path = f"/orders/{(await world.order())['order_id']}"
    seen = (await placement.http.get(path)).headers["ETag"]
    edit = {"recipient": {"phone": "+34911222333"}, "shipping_method": "Express"}
    first = await placement.http.patch(path, json=edit, headers={"If-Match": seen})
    assert first.status_code == 200, first.text
    second = await placement.http.patch(path, json=edit, headers={"If-Match": seen})
    assert (second.status_code, second.json()["code"]) == (412, "stale")


async def test_lines_are_edited_within_their_store(placement: OrderPlacement) -> None:
    world = await placement.world()
    await world.submit(world.body(lines=[{"sku": "NOPE", "quantity": 1}]))
    path = f"/orders/{(await world.order())['order_id']}"
    lines = [{"sku": "SKU-2", "quantity": 2}]
    edited = (await placement.http.patch(path, json={"lines": lines})).json()
    assert (edited["status"], edited["store_id"]) == ("approved", world.store_id)
    assert edited["retail_value"] == {"amount": 4980, "currency": "EUR"}
    again = await placement.http.patch(path, json={"lines": [{"sku": "NOPE", "quantity": 1}]})
    assert (again.status_code, again.json()["reasons"][0]["code"]) == (422, "product_not_imported")
    unknown = await placement.http.patch(path, json={"status": "delivered"})
    assert unknown.status_code == 422


async def test_an_import_releases_what_waited_for_it(placement: OrderPlacement) -> None:
    world = await placement.world()
    lines = [{"sku": "SKU-1", "quantity": 1}, {"sku": "SKU-8", "quantity": 1}]
    await world.submit(world.body(lines=lines), world.body("other", lines=lines[1:]))
    held = (await world.outcome())["orders"]
    assert [one["status"] for one in held] == ["approved", "on_hold"]
    await world.item("8")
    for order in (held[1], await world.order("other")):
        path = f"/orders/{order['order_id']}"
        found = await placement.when(path, lambda one: one["status"] == "approved")
        assert found["lines"][0]["variant_ref"] == "8"
        assert found["store_id"] == world.store_id


async def test_a_closed_campaign_holds_and_an_open_one_lets_go(placement: OrderPlacement) -> None:
    world = await placement.world()
    await world.submit(world.body())
    path = f"/orders/{(await world.order())['order_id']}"
    await world.campaign(status="closed")
    held = await placement.when(path, lambda one: one["status"] == "on_hold")
    assert codes(held) == ["campaign_closed"]
    await world.campaign(status="published")
    await placement.when(path, lambda one: one["status"] == "approved")


async def test_an_exceeded_allowance_is_overridden_or_rejected(placement: OrderPlacement) -> None:
    world = await placement.world({"allowance": {"items": 1}})
    await world.submit(*(world.body(f"sel-{n}") for n in range(3)))
    orders = [await world.order(f"sel-{n}") for n in range(3)]
    first, second, third = sorted(orders, key=lambda one: one["status"])
    assert [first["status"], codes(second)] == ["approved", ["allowance_exceeded"]]
    path = f"/orders/{second['order_id']}"
    assert (await placement.post(f"{path}/place")).status_code == 409
    placed = await placement.post(f"{path}/place", override=["allowance_exceeded"], by="Zoë")
    assert placed.json()["approved"]["overrides"] == ["allowance_exceeded"]
    assert placed.json()["status"] == "approved"
    rejected = await placement.post(f"/orders/{third['order_id']}/reject", reason="enough")
    assert rejected.json()["status"] == "rejected"
    assert (await placement.post(f"/orders/{third['order_id']}/place")).status_code == 409
    wrong = await placement.post(f"{path}/place", override=["missing_email"])
    assert wrong.status_code == 422


async def test_a_rejected_order_gives_its_allowance_back(placement: OrderPlacement) -> None:
    world = await placement.world({"allowance": {"orders_per_creator": 1}, **REVIEW})
    await world.submit(world.body("a"))
    first = await world.order("a")
    await world.submit(world.body("b"))
    assert codes(await world.order("b")) == ["duplicate_order"]
    await placement.post(f"/orders/{first['order_id']}/reject")
    second = await world.order("b")
    answer = await placement.post(f"/orders/{second['order_id']}/place")
    assert answer.json()["status"] == "approved"


async def test_many_are_placed_at_once_and_each_says_what_became_of_it(
    placement: OrderPlacement,
) -> None:
    world = await placement.world(REVIEW)
    await world.submit(world.body("good"), world.body("bad", recipient=None))
    ids = [(await world.order(one))["order_id"] for one in ("good", "bad")]
    ids.append("nothing")
    answers = (await placement.post("/orders/place", order_ids=ids)).json()
    assert [(one["placed"], one["code"]) for one in answers] == [
        (True, None),
        (False, "on_hold"),
        (False, "not_found"),
    ]


async def test_nothing_is_placed_of_a_cancelled_order(placement: OrderPlacement) -> None:
    world = await placement.world()
    await world.submit(world.body())
    path = f"/orders/{(await world.order())['order_id']}"
    cancelled = await placement.post(f"{path}/cancel", by="Zoë")
    assert cancelled.json()["status"] == "cancelled"
    assert (await placement.post(f"{path}/cancel")).json()["sequence"] == (
        cancelled.json()["sequence"]
    )
    stored = await placement.database["orders"].find_one({"_id": path.removeprefix("/orders/")})
    assert stored is not None
    assert stored["due_at"] is None
    assert (await placement.http.patch(path, json={"shipping_method": "x"})).status_code == 409


async def test_a_preview_shows_what_will_be_sent_and_that_the_store_is_silent(
    placement: OrderPlacement,
) -> None:
    world = await placement.world(REVIEW)
    await world.submit(world.body(recipient=recipient(phone=None)))
    path = f"/orders/{(await world.order())['order_id']}"
    shown = (await placement.http.get(f"{path}/preview")).json()
    assert shown["recipient"]["email"] == "ana@example.com"
    assert shown["order"]["charged"] == {"amount": 0, "currency": "EUR"}
    assert shown["order"]["retail_value"] == {"amount": 2490, "currency": "EUR"}
    assert shown["shipping_method"] == "Standard"
    assert shown["stock"][0]["available"] is None
    (phone,) = [one for one in shown["warnings"] if one["code"] == "missing_phone"]
    # This store has never asked for a number: it is a remark, and nothing to be repaired.
    assert "asks for none" in phone["detail"]
    reader = await placement.key(world, "orders:read")
    assert (await reader.get(f"{path}/preview")).json()["recipient"] is None


async def test_a_brand_sees_its_own_orders_alone(placement: OrderPlacement) -> None:
    world, other = await placement.world(REVIEW), await placement.world(REVIEW)
    await world.submit(world.body("a"), world.body("b"), world.body("c"))
    orders = [await world.order(one) for one in "abc"]
    scopes = ("orders:read", "orders:write", "campaigns:read")
    key, stranger = await placement.key(world, *scopes), await placement.key(other, *scopes)
    path, budget = f"/orders/{orders[0]['order_id']}", f"/campaigns/{world.campaign_id}/budget"
    assert (await key.get(path)).status_code == 200
    assert (await key.get(budget)).json()["budget"] == "unlimited"
    for method, route in (
        ("GET", path),
        ("GET", f"{path}/preview"),
        ("PATCH", path),
        ("POST", f"{path}/place"),
        ("POST", f"{path}/reject"),
        ("POST", f"{path}/cancel"),
        ("GET", f"/selections/{world.brand_id}/a"),
        ("GET", f"/orders?brand_id={world.brand_id}"),
        ("GET", budget),
    ):
        body: dict[str, Any] | None = {} if method != "GET" else None
        answer = await stranger.request(method, route, json=body)
        assert answer.status_code == 404, (method, route, answer.text)
    assert (await stranger.get("/orders")).json()["items"] == []
    bulk = await stranger.post("/orders/place", json={"order_ids": [orders[0]["order_id"]]})
    assert bulk.json()[0]["code"] == "not_found"
    assert (await placement.client("gs_nothing_at_all").get(path)).status_code == 401
    assert (await (await placement.key(world, "orders:read")).get(budget)).status_code == 403


async def test_lists_come_by_pages_and_filters(placement: OrderPlacement) -> None:
    world = await placement.world(REVIEW)
    await world.submit(*(world.body(f"s{n}") for n in range(5)))
    ids = {(await world.order(f"s{n}"))["order_id"] for n in range(5)}
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        query = f"/orders?brand_id={world.brand_id}&limit=2{cursor}"
        page = (await placement.http.get(query)).json()
        seen += [one["order_id"] for one in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert (len(seen), set(seen), page["next"]) == (5, ids, None)
    query = f"/orders?brand_id={world.brand_id}&selection_id=s3"
    (one,) = (await placement.http.get(query)).json()["items"]
    assert one["selection_id"] == "s3"
    query = f"/orders?campaign_id={world.campaign_id}&status=on_hold"
    assert (await placement.http.get(query)).json()["items"] == []
    assert (await placement.http.get("/orders?status[$gt]=")).status_code == 422
    assert (await placement.http.get("/orders?status=$gt")).status_code == 422
    assert (await placement.http.get("/orders?cursor=e30")).status_code == 400


async def test_what_the_store_did_becomes_the_orders_state_in_its_own_order(
    placement: OrderPlacement,
) -> None:
    world = await placement.world()
    await world.submit(world.body())
    order = await world.order()
    await placement.database["orders"].update_one(
        {"_id": order["order_id"]}, {"$set": {"status": "placed"}, "$inc": {"version": 1}}
    )
    await _saw(world, order, OrderDelivered.topic, 3, "delivered")
    await _saw(world, order, OrderFulfilled.topic, 2, "fulfilled")
    path = f"/orders/{order['order_id']}"
    done = await placement.when(path, lambda one: one["status"] == "delivered")
    assert done["delivered_at"] is not None
    assert done["shipments"][0]["tracking_number"] == "T1"
    await _saw(world, order, OrderFulfilled.topic, 4, "fulfilled")
    back = await placement.when(path, lambda one: one["status"] == "fulfilled")
    assert back["delivered_at"] is None


async def test_lanes_say_what_they_wait_for(placement: OrderPlacement) -> None:
    world = await placement.world()
    await world.submit(world.body())
    path = f"/orders/{(await world.order())['order_id']}"
    # No service gives access to this store, so its lane pauses and the order stays as it is.
    blocked = await placement.when(path, lambda one: one["blocked_by"])
    assert blocked["blocked_by"][0]["code"] == "integration_missing"
    lanes = (await placement.http.get("/lanes")).json()
    (lane,) = [one for one in lanes if one["store_id"] == world.store_id]
    assert lane["waiting"] == 1


async def test_the_newest_state_is_told_after_every_decision(placement: OrderPlacement) -> None:
    world = await placement.world(REVIEW)
    await world.submit(world.body())
    order = await world.order()
    await placement.post(f"/orders/{order['order_id']}/reject", reason="no")

    async def told() -> bool:
        records = await topics.read_all(placement.servers.kafka, "order.changed")
        mine = [json.loads(r.value) for r in records if r.key == order["order_id"].encode()]
        return mine[-1]["status"] == "rejected" and mine[-1]["sequence"] == 2

    await until(told, within_s=20.0, what="order.changed after the rejection")


async def _saw(world: World, order: dict[str, Any], topic: str, number: int, status: str) -> None:
    moment = now().isoformat()
    shipment = {"shipment_id": "s1", "tracking_number": "T1", "status": "in_transit"}
    body = {
        "event_id": f"{order['order_id']}-{number}",
        "occurred_at": moment,
        **{name: order[name] for name in ("order_id", "selection_id", "brand_id", "campaign_id")},
        "creator_id": order["creator_id"],
        "store_id": order["store_id"],
        "observation": number,
        "store_status": status,
        "store_order": {"platform": "shopify", "id": "1"},
        "shipments": [shipment],
        "observed_at": moment,
        "source": "poll",
    }
    record = (topic, order["order_id"].encode(), json.dumps(body).encode(), [])
    await topics.publish(world.running.servers.kafka, [record])
