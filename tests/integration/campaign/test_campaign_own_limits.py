"""Creators with limits of their own in a campaign."""

from typing import Any

import httpx

Campaign = Any


async def _join(campaign: Campaign, campaign_id: str, **own: Any) -> dict[str, Any]:
    path = f"/campaigns/{campaign_id}/participations"
    joined: dict[str, Any] = await campaign.made(path, {"creator_id": "cr-1", **own})
    return joined


async def _select(
    campaign: Campaign, participation: dict[str, Any], item: dict[str, Any], quantity: int = 1
) -> httpx.Response:
    path = f"/participations/{participation['participation_id']}/selections"
    body = {"lines": [{"item_id": item["item_id"], "quantity": quantity}]}
    answer: httpx.Response = await campaign.http.post(path, json=body)
    return answer


async def test_a_limit_of_value_and_a_creators_own_limits_count(
    campaign: Campaign, shops: Any
) -> None:
    campaign_id, items = await shops.offering(await campaign.brand())
    price = items[0]["retail_price"]["amount"]
    joined = await _join(campaign, campaign_id, allowance={"value": 2 * price + 1})
    beyond = (await _select(campaign, joined, items[0], 3)).json()
    assert (beyond["status"], beyond["code"]) == (409, "allowance_exceeded")
    assert (await _select(campaign, joined, items[0], 2)).is_success
    more = (await _select(campaign, joined, items[0])).json()
    assert (more["status"], more["code"]) == (409, "allowance_exceeded")
    said = more["reasons"][0]["detail"]
    assert f"1 of the creator's {2 * price + 1} are left" in said
    assert "add the creator again with `allowance.value` to change it" in said


async def test_a_creator_added_again_gets_the_limits_that_are_named(
    campaign: Campaign, shops: Any
) -> None:
    campaign_id, items = await shops.offering(await campaign.brand())
    own = {"items": 1, "value": 10**9}
    joined = await _join(campaign, campaign_id, allowance=own)
    assert (await _select(campaign, joined, items[0])).is_success
    assert (await _select(campaign, joined, items[0])).status_code == 409
    assert (await _join(campaign, campaign_id))["allowance"] == joined["allowance"]
    more = await _join(campaign, campaign_id, allowance={"items": 2})
    assert more["participation_id"] == joined["participation_id"]
    assert (more["allowance"]["items"], more["allowance"]["value"]) == (2, 10**9)
    assert more["used"]["items"] == 1, "what was given stays counted"
    assert (await _select(campaign, joined, items[0])).is_success
    assert (await _select(campaign, joined, items[0])).status_code == 409
    like_all = await _join(campaign, campaign_id, allowance={"items": None, "value": None})
    assert set(like_all["allowance"].values()) == {None}
    assert (await _select(campaign, joined, items[0])).is_success, "the campaign has no limit"
