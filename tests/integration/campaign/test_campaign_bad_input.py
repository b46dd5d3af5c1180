"""Nothing that is sent makes campaign fail, and nothing odd reaches the database as an operator."""

import json
from typing import Any

import pytest

Campaign = Any

ODD: list[Any] = [
    {"$ne": None},
    {"$gt": ""},
    ["a", "b"],
    "\ud800",
    "   ",
    "x" * 5000,
    10**30,
    -1,
    1.5,
    True,
    None,
    "2026-99-99T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
]
GOOD: dict[str, dict[str, Any]] = {
    "/brands": {"name": "x", "contacts": [], "unsigned_selections": "review"},
    "/brands/{brand}/keys": {"name": "x", "scopes": ["orders:read"], "expires_at": None},
    "/brands/{brand}/publishers": {"name": "x"},
    "/campaigns": {
        "brand_id": "b",
        "name": "x",
        "type": "paid_only",
        "auto_approve": False,
        "allowance": {"items": 1, "value": 1, "orders_per_creator": 1},
        "countries": ["ES"],
        "stores": ["s"],
        "budget": {"amount": 1, "currency": "EUR"},
    },
    "/campaigns/{campaign}/catalog/imports": {"store_id": "s", "product_refs": "all"},
    "/campaigns/{campaign}/participations": {"creator_id": "c", "allowance": {"items": 1}},
    "/selections": {
        "selection_id": "s",
        "brand_id": "b",
        "campaign_id": "c",
        "creator_id": "c",
        "lines": [{"sku": "a", "quantity": 1}],
        "recipient": {"name": "A", "address": {"country": "ES"}},
        "note": "n",
        "reference": "r",
        "occurred_at": "2026-11-22T10:00:00Z",
    },
}


async def _ids(campaign: Campaign) -> dict[str, str]:
    brand_id = await campaign.brand()
    store_id = await campaign.store(brand_id)
    campaign_id = await campaign.campaign(brand_id, store_id)
    return {"brand": brand_id, "campaign": campaign_id}


@pytest.mark.parametrize("path", sorted(GOOD))
async def test_an_odd_value_in_any_field_is_the_callers_mistake(
    campaign: Campaign, path: str
) -> None:
    ids = await _ids(campaign)
    for field in GOOD[path]:
        for odd in ODD:
            body = {**GOOD[path], field: odd}
            answer = await campaign.http.post(
                path.format(**ids),
                content=json.dumps(body),
                headers={"Content-Type": "application/json"},
            )
            assert answer.status_code < 500, (path, field, odd, answer.text)
            if isinstance(odd, dict) or odd == "\ud800":
                assert answer.status_code in (400, 404, 422), (path, field, odd)


async def test_what_is_no_json_object_is_refused(campaign: Campaign) -> None:
    headers = {"Content-Type": "application/json"}
    for content in (
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b'{"name": NaN}',
        b"[" * 2000 + b"]" * 2000,
    ):
        answer = await campaign.http.post("/brands", content=content, headers=headers)
        assert answer.status_code in (400, 422), content[:20]
        assert answer.headers["content-type"] == "application/problem+json"


async def test_odd_addresses_find_nothing(campaign: Campaign) -> None:
    ids = await _ids(campaign)
    for odd in ("%24ne", "%00", "..%2fbrands", "%F0%9F%8E%81", "[$ne]", "x" * 3000, "%ED%A0%80"):
        for path in ("brands", "campaigns", "imports", "selections"):
            answer = await campaign.http.get(f"/{path}/{odd}")
            assert answer.status_code == 404, (path, odd, answer.text)
    path = f"/campaigns/{ids['campaign']}/board"
    for query in (
        "status[$gt]=",
        "limit=0",
        "limit=201",
        "limit=x",
        "cursor=%24",
        "status[]=placed",
    ):
        answer = await campaign.http.get(f"{path}?{query}")
        assert answer.status_code in (200, 400, 422), query
        if answer.status_code == 200:
            assert answer.json()["items"] == []


async def test_the_api_describes_itself(campaign: Campaign) -> None:
    described = await campaign.got("/openapi.json")
    routes = {
        (method.upper(), path) for path, methods in described["paths"].items() for method in methods
    }
    assert routes >= {
        ("POST", "/brands"),
        ("DELETE", "/brands/{brand_id}/keys/{prefix}"),
        ("POST", "/brands/{brand_id}/publishers"),
        ("PATCH", "/campaigns/{campaign_id}"),
        ("POST", "/campaigns/{campaign_id}/publish"),
        ("POST", "/campaigns/{campaign_id}/catalog/imports"),
        ("GET", "/imports/{import_id}"),
        ("GET", "/campaigns/{campaign_id}/catalog"),
        ("POST", "/campaigns/{campaign_id}/participations"),
        ("POST", "/participations/{participation_id}/selections"),
        ("POST", "/selections"),
        ("GET", "/selections/{selection_id}"),
        ("GET", "/campaigns/{campaign_id}/board"),
    }
    async with campaign.client("nothing") as http:
        for method, path in routes:
            answer = await http.request(method, path, json={})
            assert answer.status_code == 401, (method, path)
