"""The control API's own promises."""

import asyncio

import httpx

READ = "query R($id: ID!) { nodes(ids: [$id]) { __typename ... on ProductVariant { sku } } }"


async def test_two_stores_of_one_name_are_two_stores(open_shop):
    one, other = await open_shop(name="Acme Gifts"), await open_shop(name="Acme Gifts")
    assert one.id != other.id
    assert one.id.startswith("acme-gifts-")
    assert one.made["shop"] == f"{one.id}.myshopify.com"
    assert one.made["credentials"] != other.made["credentials"]
    listed = (await one.http.get("/_stores")).json()["items"]
    assert {one.id, other.id} <= {store["store"] for store in listed}


async def test_a_closed_store_answers_no_more_but_its_ledger_stays(open_shop, mark):
    shop = await open_shop()
    await shop.ordered(mark)
    assert (await shop.http.delete(f"/_stores/{shop.id}")).status_code == 204
    assert (await shop.post("{ shop { name } }")).status_code == 404
    assert (await shop.http.delete(f"/_stores/{shop.id}")).status_code == 404
    assert len(await shop.ledger("committed")) == 1


async def test_an_unknown_platform_or_a_wrong_field_is_refused(simulator: httpx.AsyncClient):
    for body in ({"platform": "etsy", "name": "x"}, {"name": "x", "wish": 1}, {"name": ""}):
        assert (await simulator.post("/_stores", json=body)).status_code == 422


async def test_ledger_entries_are_numbered_and_read_on_from_a_number(shop, mark):
    order = await shop.ordered(mark)
    entries = await shop.ledger()
    assert all(
        set(entry) == {"seq", "at", "store", "kind", "object", "mark", "detail"}
        for entry in entries
    )
    numbers = [entry["seq"] for entry in entries]
    assert numbers == sorted(set(numbers))
    (committed,) = await shop.ledger("committed")
    assert (committed["object"], committed["mark"]) == (order, str(mark))
    assert committed["detail"]["total"] == "0.00"
    assert committed["detail"]["shipping_title"] == "Standard"
    assert committed["detail"]["lines"] == [
        {"variant_ref": shop.variant, "sku": "GIFT-001-S", "quantity": 1}
    ]
    assert [entry["seq"] for entry in await shop.ledger(after=numbers[2])] == numbers[3:]


async def test_calls_are_in_the_ledger_with_what_came_of_them(shop):
    await shop.run("{ shop { name } }")
    await shop.post("{ shop { name } }", token="wrong")
    calls = [entry["detail"] for entry in await shop.ledger("call")]
    assert [(call["operation"], call["status"]) for call in calls] == [
        ("shop", 200),
        ("POST /admin/api/2026-07/graphql.json", 401),
    ]


async def test_stock_is_as_asked_and_goods_are_found_by_id(open_shop):
    shop = await open_shop(stock=7)
    stocks = {v["stock"] for p in shop.made["products"] for v in p["variants"]}
    assert stocks == {7}
    (node,) = (await shop.run(READ, id=f"gid://shopify/ProductVariant/{shop.variant}"))["nodes"]
    assert node == {"__typename": "ProductVariant", "sku": "GIFT-001-S"}


async def test_a_country_the_shop_does_not_ship_to_is_refused_at_completion(open_shop, mark):
    shop = await open_shop(ships_to=["DE"])
    draft = await shop.drafted(mark)
    query = """mutation D($id: ID!) { draftOrderComplete(id: $id) { userErrors { message } } }"""
    refused = (await shop.run(query, id=draft))["draftOrderComplete"]["userErrors"]
    assert "can't be shipped to your address" in refused[0]["message"]


async def test_an_order_completed_by_many_at_once_is_one(shop, mark):
    draft = await shop.drafted(mark)
    query = """mutation D($id: ID!) { draftOrderComplete(id: $id) { userErrors { message } } }"""
    done = await asyncio.gather(*(shop.run(query, id=draft) for _ in range(20)))
    assert sum(not one["draftOrderComplete"]["userErrors"] for one in done) == 1
    assert len(await shop.ledger("committed")) == 1
