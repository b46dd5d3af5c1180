"""Campaigns over HTTP: drafts, publishing, editing, closing, and who may see them."""

from typing import Any

UNLIMITED = {"items": "unlimited", "value": "unlimited", "orders_per_creator": "unlimited"}
Campaign = Any


async def _draft(campaign: Campaign, brand_id: str, **fields: Any) -> dict[str, Any]:
    body = {"brand_id": brand_id, "name": "Spring", "type": "product_gifting", **fields}
    made: dict[str, Any] = await campaign.made("/campaigns", body)
    return made


async def test_a_draft_is_told_with_limits_that_allow_nothing(campaign: Campaign) -> None:
    brand_id = await campaign.brand()
    store_id = await campaign.store(brand_id)
    made = await _draft(campaign, brand_id, stores=[store_id], allowance={"items": 2})
    assert made["allowance"] == {"items": 2, "value": None, "orders_per_creator": None}
    told = await campaign.newest("campaign.changed", made["campaign_id"])
    assert told["status"] == "draft"
    assert told["allowance"] == {"items": 2, "value": 0, "orders_per_creator": 0}
    assert told["stores"] == [store_id]


async def test_publishing_asks_for_every_limit(campaign: Campaign) -> None:
    brand_id = await campaign.brand()
    made = await _draft(campaign, brand_id, allowance={"items": 1})
    path = f"/campaigns/{made['campaign_id']}"
    refused = await campaign.http.post(f"{path}/publish")
    assert (refused.status_code, refused.json()["code"]) == (422, "missing_limit")
    paths = {one["path"] for one in refused.json()["reasons"]}
    assert paths == {"allowance.value", "allowance.orders_per_creator"}
    limits = {"value": "unlimited", "orders_per_creator": 1}
    edited = await campaign.http.patch(path, json={"allowance": limits})
    assert edited.json()["allowance"] == {"items": 1, **limits}
    published = await campaign.http.post(f"{path}/publish")
    assert published.json()["status"] == "published"
    # The catalog may come later (I2, B8), but people should know.
    assert [one["code"] for one in published.json()["notices"]] == ["no_store", "no_catalog"]
    again = await campaign.http.post(f"{path}/publish")
    assert again.json()["revision"] == published.json()["revision"]
    taken = await campaign.http.patch(path, json={"allowance": {"items": None}})
    assert (taken.status_code, taken.json()["code"]) == (422, "missing_limit")


async def test_a_budget_is_told_and_unlimited_where_nobody_says(campaign: Campaign) -> None:
    brand_id = await campaign.brand()
    made = await _draft(campaign, brand_id)
    assert made["budget"] == "unlimited"
    path = f"/campaigns/{made['campaign_id']}"
    budget = {"amount": 500000, "currency": "EUR"}
    edited = await campaign.http.patch(path, json={"budget": budget})
    assert edited.json()["budget"] == budget
    told = await campaign.newest("campaign.changed", made["campaign_id"])
    assert told["budget"] == budget
    for odd in (None, 5, "none", {"amount": 1}, {**budget, "amount": -1}, {**budget, "x": 1}):
        answer = await campaign.http.patch(path, json={"budget": odd})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), odd


async def test_a_store_that_is_not_known_or_anothers_is_named(campaign: Campaign) -> None:
    brand_id, other = await campaign.brand(), await campaign.brand()
    theirs = await campaign.store(other)
    for store_id in ("no-such-store", theirs):
        body = {"brand_id": brand_id, "name": "x", "type": "paid_only", "stores": [store_id]}
        answer = await campaign.http.post("/campaigns", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "unknown_store")
        assert answer.json()["reasons"][0]["path"] == "stores[0]"


async def test_a_closed_campaign_is_opened_only_by_asking_for_it(campaign: Campaign) -> None:
    brand_id = await campaign.brand()
    store_id = await campaign.store(brand_id)
    campaign_id = await campaign.campaign(brand_id, store_id)
    path = f"/campaigns/{campaign_id}"
    assert (await campaign.http.post(f"{path}/close")).json()["status"] == "closed"
    refused = await campaign.http.post(f"{path}/publish")
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign_closed")
    assert (await campaign.newest("campaign.changed", campaign_id))["status"] == "closed"
    assert (await campaign.http.post(f"{path}/reopen")).json()["status"] == "published"


async def test_another_brands_ids_do_not_exist(campaign: Campaign) -> None:
    brand_id, other = await campaign.brand(), await campaign.brand()
    store_id = await campaign.store(brand_id)
    campaign_id = await campaign.campaign(brand_id, store_id)
    joined = await campaign.made(f"/campaigns/{campaign_id}/participations", {"creator_id": "cr-1"})
    started = await campaign.made(
        f"/campaigns/{campaign_id}/catalog/imports", {"store_id": store_id, "product_refs": "all"}
    )
    body = {"lines": [{"sku": "A", "quantity": 1}]}
    posted = {"selection_id": "s", "campaign_id": campaign_id, "creator_id": "c", **body}
    calls: list[tuple[str, str, Any]] = [
        ("GET", f"/brands/{brand_id}", None),
        ("GET", f"/campaigns/{campaign_id}", None),
        ("PATCH", f"/campaigns/{campaign_id}", {"name": "mine"}),
        ("POST", f"/campaigns/{campaign_id}/publish", None),
        ("POST", f"/campaigns/{campaign_id}/close", None),
        ("POST", f"/campaigns/{campaign_id}/reopen", None),
        ("GET", f"/campaigns/{campaign_id}/board", None),
        ("GET", f"/campaigns/{campaign_id}/catalog", None),
        ("DELETE", f"/campaigns/{campaign_id}/catalog/any", None),
        (
            "POST",
            f"/campaigns/{campaign_id}/catalog/imports",
            {"store_id": store_id, "product_refs": "all"},
        ),
        ("GET", f"/imports/{started['import_id']}", None),
        ("GET", f"/campaigns/{campaign_id}/participations", None),
        ("POST", f"/campaigns/{campaign_id}/participations", {"creator_id": "x"}),
        (
            "DELETE",
            f"/campaigns/{campaign_id}/participations/{joined['participation_id']}",
            None,
        ),
        ("POST", f"/participations/{joined['participation_id']}/selections", body),
        ("POST", "/selections", {**posted, "brand_id": brand_id}),
        ("POST", "/selections", posted),
        ("GET", f"/campaigns?brand_id={brand_id}", None),
        ("GET", f"/selections/s?brand_id={brand_id}", None),
        ("POST", "/campaigns", {"brand_id": brand_id, "name": "x", "type": "paid_only"}),
    ]
    async with await campaign.key(other) as http:
        for method, path, sent in calls:
            answer = await http.request(method, path, json=sent)
            assert answer.status_code == 404, (method, path, answer.text)
        assert (await http.get("/campaigns")).json()["items"] == []
    current = await campaign.got(f"/campaigns/{campaign_id}")
    assert (current["name"], current["status"]) == ("Spring", "published")


async def test_operators_and_odd_limits_are_refused(campaign: Campaign) -> None:
    brand_id = await campaign.brand()
    bad: list[dict[str, Any]] = [
        {"type": "barter"},
        {"allowance": {"items": -1}},
        {"allowance": {"items": "2"}},
        {"allowance": {"items": True}},
        {"allowance": {"budget": 1}},
        {"auto_approve": "yes"},
        {"countries": ["Spain"]},
        {"stores": [{"$ne": ""}]},
        {"status": "published"},
    ]
    for fields in bad:
        body = {"brand_id": brand_id, "name": "x", "type": "paid_only", **fields}
        answer = await campaign.http.post("/campaigns", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), fields
