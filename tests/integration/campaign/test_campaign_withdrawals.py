"""Taking a selection back over HTTP: one signed event, whoever sent the selection."""

import json
from typing import Any

from giftstream import signatures
from support import topics

Campaign = Any


async def _withdrawn(campaign: Campaign, brand_id: str) -> list[Any]:
    records = await topics.read_all(campaign.servers.kafka, "selection.withdrawn")
    return [one for one in records if one.key.startswith(f"{brand_id}/".encode())]


async def test_a_withdrawal_arrives_on_kafka_once_and_signed(campaign: Campaign) -> None:
    brand_id = await campaign.brand()
    path = "/selections/sel-1/withdraw"
    body = {"brand_id": brand_id, "reason": "The creator left."}
    first = await campaign.http.post(path, json=body, headers={"Idempotency-Key": "w-1"})
    assert first.status_code == 202, first.text
    assert (first.json()["selection_id"], first.json()["reason"]) == ("sel-1", "The creator left.")
    again = await campaign.http.post(path, json=body, headers={"Idempotency-Key": "w-1"})
    later = await campaign.http.post(path, json=body | {"reason": "Another."})
    assert again.json() == later.json() == first.json(), "the first one stands"
    (record,) = await _withdrawn(campaign, brand_id)
    said = json.loads(record.value)
    assert (record.key.decode(), said["reason"]) == (f"{brand_id}/sel-1", "The creator left.")
    assert said["occurred_at"] == first.json()["withdrawn_at"]
    signature = signatures.parse(dict(record.headers)[signatures.HEADER])
    assert signature is not None
    async with campaign.as_service("order-placement") as service:
        publisher = (await service.get(f"/internal/publishers/{signature.key_id}")).json()
    assert publisher["brand_id"] == brand_id
    assert signatures.verify(publisher["secret"], record.value, signature)


async def test_a_brand_withdraws_its_own_alone_and_bad_input_is_named(campaign: Campaign) -> None:
    brand_id, other = await campaign.brand(), await campaign.brand()
    path = "/selections/sel-1/withdraw"
    for body, status, code in (
        ({"brand_id": "nobody"}, 404, "not_found"),
        ({}, 422, "brand_required"),
        ({"brand_id": brand_id, "reason": 7}, 422, "invalid_request"),
        ({"brand_id": brand_id, "because": "x"}, 422, "invalid_request"),
    ):
        refused = await campaign.http.post(path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    key = (await campaign.made(f"/brands/{other}/keys", {"name": "t", "scopes": ["orders:write"]}))[
        "key"
    ]
    async with campaign.client(key) as stranger:
        refused = await stranger.post(path, json={"brand_id": brand_id})
        assert refused.status_code == 404
        own = await stranger.post(path)
        assert (own.status_code, own.json()["brand_id"]) == (202, other)
    assert await _withdrawn(campaign, brand_id) == []
