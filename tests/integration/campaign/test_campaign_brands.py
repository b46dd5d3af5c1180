"""Brands, API keys and publishers over HTTP, MongoDB and Kafka."""

import hashlib
from typing import Any

import httpx
import pytest
from support.waiting import until

Campaign = Any


async def test_a_brand_is_made_and_told(campaign: Campaign) -> None:
    made = await campaign.made("/brands", {"name": "Acme", "contacts": ["ops@acme.example"]})
    assert made["unsigned_selections"] == "review"
    assert [one["name"] for one in made["publishers"]] == ["campaign"]
    told = await campaign.newest("brand.changed", made["brand_id"])
    assert told["name"] == "Acme"
    assert told["revision"] == made["revision"] == 1
    assert "contacts" not in told


async def test_a_key_opens_its_brand_and_is_kept_only_as_a_hash(campaign: Campaign) -> None:
    brand_id = await campaign.brand()
    body = {"name": "portal", "scopes": ["campaigns:read"]}
    made = await campaign.made(f"/brands/{brand_id}/keys", body)
    told = await campaign.newest("brand.changed", brand_id)
    assert told["revision"] == 2
    assert told["api_keys"][0]["sha256"] == hashlib.sha256(made["key"].encode()).hexdigest()
    async with campaign.client(made["key"]) as http:
        assert (await http.get(f"/brands/{brand_id}")).status_code == 200
        listed = (await campaign.got(f"/brands/{brand_id}/keys"))["items"]
        assert [one["prefix"] for one in listed] == [made["prefix"]]
        assert made["key"] not in str(listed)
        revoked = await campaign.http.delete(f"/brands/{brand_id}/keys/{made['prefix']}")
        assert revoked.status_code == 204
        assert (await http.get(f"/brands/{brand_id}")).status_code == 401
    stored = await campaign.database()["brands"].find_one({"_id": brand_id})
    assert made["key"] not in str(stored)


async def test_an_expired_unscoped_or_cut_key_opens_nothing(campaign: Campaign) -> None:
    brand_id = await campaign.brand()
    body = {"name": "old", "scopes": ["campaigns:read"], "expires_at": "2020-01-01T00:00:00Z"}
    expired = await campaign.made(f"/brands/{brand_id}/keys", body)
    body = {"name": "messages", "scopes": ["messages:read"]}
    unscoped = await campaign.made(f"/brands/{brand_id}/keys", body)
    expected = {expired["key"]: 401, unscoped["key"]: 403, unscoped["key"][:-4]: 401, "": 401}
    for key, status in expected.items():
        async with campaign.client(key or "x") as http:
            assert (await http.get(f"/brands/{brand_id}")).status_code == status


async def test_a_brands_key_makes_no_brands_keys_or_publishers(campaign: Campaign) -> None:
    brand_id = await campaign.brand()
    async with await campaign.key(brand_id) as http:
        for path in ("/brands", f"/brands/{brand_id}/keys", f"/brands/{brand_id}/publishers"):
            answer = await http.post(path, json={"name": "more", "scopes": ["orders:write"]})
            assert answer.status_code in (403, 422)
        answer = await http.post(f"/brands/{brand_id}/publishers", json={"name": "more"})
        assert answer.json()["code"] == "admin_only"


async def test_a_publishers_secret_is_for_services_alone(campaign: Campaign) -> None:
    brand_id = await campaign.brand()
    made = await campaign.made(f"/brands/{brand_id}/publishers", {"name": "platform"})
    path = f"/internal/publishers/{made['key_id']}"
    async with campaign.as_service("order-placement") as service:
        answer = (await service.get(path)).json()
        assert answer == {**made, "brand_id": brand_id, "revision": 2}
        contacts = await service.get(f"/internal/brands/{brand_id}/contacts")
        assert contacts.json() == {"contacts": ["ops@acme.example"]}
        assert (await campaign.http.get(path)).status_code == 401
        told = await campaign.newest("brand.changed", brand_id)
        assert {one["name"] for one in told["publishers"]} == {"campaign", "platform"}
        assert made["secret"] not in str(told)
        stored = await campaign.database()["brands"].find_one({"_id": brand_id})
        assert made["secret"].encode() not in str(stored).encode()
        gone = await campaign.http.delete(f"/brands/{brand_id}/publishers/{made['key_id']}")
        assert gone.status_code == 204
        assert (await service.get(path)).status_code == 404


async def test_campaigns_own_publisher_stays(campaign: Campaign) -> None:
    made = await campaign.made("/brands", {"name": "Acme"})
    own = made["publishers"][0]["key_id"]
    answer = await campaign.http.delete(f"/brands/{made['brand_id']}/publishers/{own}")
    assert (answer.status_code, answer.json()["code"]) == (409, "own_publisher")


async def test_the_same_idempotency_key_makes_one_key_and_shows_it_again(
    campaign: Campaign,
) -> None:
    brand_id = await campaign.brand()
    path, body = f"/brands/{brand_id}/keys", {"name": "one", "scopes": ["orders:read"]}
    header = {"Idempotency-Key": "make-the-key"}
    first = await campaign.http.post(path, json=body, headers=header)
    again = await campaign.http.post(path, json=body, headers=header)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    other = await campaign.http.post(path, json={**body, "name": "two"}, headers=header)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len((await campaign.got(path))["items"]) == 1


@pytest.mark.parametrize(
    ("what", "name", "secret", "more"),
    [
        ("keys", "prefix", "key", {"scopes": ["campaigns:read"]}),
        ("publishers", "key_id", "secret", {}),
    ],
)
async def test_an_idempotency_key_that_is_forgotten_makes_a_new_secret_in_the_old_ones_place(
    campaign: Campaign, what: str, name: str, secret: str, more: dict[str, Any]
) -> None:
    brand_id = await campaign.brand()
    path, body = f"/brands/{brand_id}/{what}", {"name": "one", **more}
    header = {"Idempotency-Key": f"long-ago-{what}"}
    first = await campaign.made(path, body, **header)
    # As after its seven days.
    await campaign.database()["idempotency_keys"].delete_many({})
    later = await campaign.made(path, body, **header)
    assert later[name] == first[name]
    assert later[secret] != first[secret]
    brand = await campaign.database()["brands"].find_one({"_id": brand_id})
    assert [one[name] for one in brand[what] if not one.get("own")] == [first[name]]
    if what == "keys":
        for made, status in ((first, 401), (later, 200)):
            async with campaign.client(made[secret]) as http:
                assert (await http.get(f"/brands/{brand_id}")).status_code == status


async def test_an_edit_of_what_was_changed_meanwhile_is_refused(campaign: Campaign) -> None:
    brand_id = await campaign.brand()
    path = f"/brands/{brand_id}"
    tag = (await campaign.http.get(path)).headers["etag"]
    edited = await campaign.http.patch(path, json={"name": "A"}, headers={"If-Match": tag})
    assert edited.status_code == 200
    stale = await campaign.http.patch(path, json={"name": "B"}, headers={"If-Match": tag})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert edited.json()["contacts"] == ["ops@acme.example"]


async def test_what_is_not_asked_for_is_refused(campaign: Campaign) -> None:
    bad: list[dict[str, Any]] = [
        {"name": "x", "role": "owner"},
        {"name": {"$ne": None}},
        {"name": ""},
        {"name": "x", "contacts": [{"$gt": ""}]},
        {"name": "x", "contacts": ["no address"]},
        {"name": "x", "unsigned_selections": "whatever"},
        {"name": None},
    ]
    for body in bad:
        answer = await campaign.http.post("/brands", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), body
        assert answer.json()["reasons"], body


async def test_a_contact_that_is_no_email_address_is_named(campaign: Campaign) -> None:
    body = {"name": "Acme", "contacts": ["ops@acme.example", "ops at acme"]}
    answer = await campaign.http.post("/brands", json=body)
    assert answer.status_code == 422
    (reason,) = answer.json()["reasons"]
    assert (reason["code"], reason["path"]) == ("invalid_email", "contacts[1]")
    assert "no email address" in reason["detail"]
    assert "ops at acme" not in answer.text


async def test_brands_are_listed_page_by_page_and_only_ones_own(campaign: Campaign) -> None:
    mine, _, _ = [await campaign.brand() for _ in range(3)]
    seen: set[str] = set()
    cursor = None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = await campaign.got("/brands", **params)
        seen |= {one["brand_id"] for one in page["items"]}
        if (cursor := page["next"]) is None:
            break
    assert mine in seen
    async with await campaign.key(mine) as http:
        page = (await http.get("/brands")).json()
        assert [one["brand_id"] for one in page["items"]] == [mine]


async def test_nothing_waits_in_the_outbox_at_rest(campaign: Campaign) -> None:
    await campaign.brand()
    brands = campaign.database()["brands"]

    async def empty() -> bool:
        return await brands.count_documents({"outbox.0": {"$exists": True}}) == 0

    await until(empty, within_s=20, what="the outbox is empty")
    assert isinstance(campaign.http, httpx.AsyncClient)
