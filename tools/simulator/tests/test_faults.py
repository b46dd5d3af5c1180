"""Each fault over a real connection: what the caller sees, and what was really done."""

import asyncio
import time
import uuid

import httpx
import pytest

CREATE = """mutation C($input: DraftOrderInput!) { draftOrderCreate(input: $input) {
  draftOrder { id totalPriceSet { shopMoney { amount } } } userErrors { message } } }"""
COMPLETE = """mutation D($id: ID!) { draftOrderComplete(id: $id) {
  draftOrder { order { id } } userErrors { message } } }"""
SHOP = "{ shop { name } }"
BY_TAG = "query T($q: String!) { draftOrders(first: 5, query: $q) { nodes { id } } }"


async def commits(shop) -> int:
    return len(await shop.ledger("committed"))


async def test_reset_after_commit_does_it_and_says_nothing(shop, mark):
    draft = await shop.drafted(mark)
    await shop.fault("reset_after_commit", "draftOrderComplete")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await shop.post(COMPLETE, id=draft)
    assert await commits(shop) == 1
    (call,) = [e for e in await shop.ledger("call") if e["detail"]["fault"]]
    assert call["detail"]["operation"] == "draftOrderComplete"
    assert call["detail"]["status"] is None
    assert call["mark"] == str(mark)


async def test_reset_before_does_nothing(shop, mark):
    draft = await shop.drafted(mark)
    await shop.fault("reset_before", "draftOrderComplete")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await shop.post(COMPLETE, id=draft)
    assert await commits(shop) == 0
    await shop.run(COMPLETE, id=draft)
    assert await commits(shop) == 1


async def test_hang_after_commit_does_it_and_keeps_silent(shop, mark):
    draft = await shop.drafted(mark)
    await shop.fault("hang_after_commit", "draftOrderComplete", delay_ms=300)
    begun = time.monotonic()
    with pytest.raises(httpx.RemoteProtocolError):
        await shop.post(COMPLETE, id=draft)
    assert time.monotonic() - begun >= 0.3
    assert await commits(shop) == 1


async def test_a_hanging_call_ends_when_the_caller_gives_up(shop, mark):
    draft = await shop.drafted(mark)
    await shop.fault("hang_after_commit", "draftOrderComplete")
    async with httpx.AsyncClient(timeout=0.2) as impatient:
        with pytest.raises(httpx.ReadTimeout):
            await impatient.post(
                f"{shop.made['base_url']}/admin/api/2026-07/graphql.json",
                headers={"X-Shopify-Access-Token": shop.made["credentials"]["access_token"]},
                json={"query": COMPLETE, "variables": {"id": draft}},
            )
    assert await commits(shop) == 1


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [("server_error", 502, "text/html"), ("html", 200, "text/html"), ("unauthorized", 401, "json")],
)
async def test_an_answer_of_another_kind_with_nothing_done(shop, mark, fault, status, kind):
    draft = await shop.drafted(mark)
    await shop.fault(fault, "draftOrderComplete")
    response = await shop.post(COMPLETE, id=draft)
    assert response.status_code == status
    assert kind in response.headers["content-type"]
    assert await commits(shop) == 0


async def test_html_may_also_hide_that_it_was_done(shop, mark):
    draft = await shop.drafted(mark)
    await shop.fault("html", "draftOrderComplete", done=True)
    assert (await shop.post(COMPLETE, id=draft)).text.startswith("<!DOCTYPE html>")
    assert await commits(shop) == 1


async def test_truncated_json_of_something_done(shop, mark):
    draft = await shop.drafted(mark)
    await shop.fault("truncated", "draftOrderComplete")
    response = await shop.post(COMPLETE, id=draft)
    with pytest.raises(ValueError):
        response.json()
    assert await commits(shop) == 1


async def test_throttle_is_http_200_with_a_code(shop):
    await shop.fault("throttle", "shop")
    response = await shop.post(SHOP)
    body = response.json()
    assert response.status_code == 200
    assert body["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert body["extensions"]["cost"]["actualQueryCost"] is None
    assert body["extensions"]["cost"]["throttleStatus"]["restoreRate"] == 100.0


async def test_latency_delays_and_then_answers(shop):
    await shop.fault("latency", "shop", delay_ms=200)
    begun = time.monotonic()
    await shop.run(SHOP)
    assert time.monotonic() - begun >= 0.2


async def test_a_total_that_is_off_costs_four_ninety(shop, mark):
    await shop.fault("total_off", "draftOrderCreate")
    made = await shop.run(CREATE, input=shop.gift(mark))
    assert made["draftOrderCreate"]["draftOrder"]["totalPriceSet"]["shopMoney"]["amount"] == "4.9"


async def test_a_late_index_does_not_find_what_is_new(shop, mark):
    tag = f"tag:gift-{mark.hex}"
    await shop.drafted(mark)
    assert len((await shop.run(BY_TAG, q=tag))["draftOrders"]["nodes"]) == 1
    await shop.fault("search_lag", times=None, delay_ms=60_000)
    assert (await shop.run(BY_TAG, q=tag))["draftOrders"]["nodes"] == []


async def test_times_counts_down_also_for_calls_at_once(shop):
    await shop.fault("server_error", "shop", times=3)
    answers = await asyncio.gather(*(shop.post(SHOP) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [502] * 3
    left = (await shop.http.get("/_faults")).json()["items"]
    assert [fault for fault in left if fault["store"] == shop.id] == []


async def test_a_fault_concerns_its_store_and_its_path_only(open_shop):
    one, other = await open_shop(), await open_shop()
    await one.fault("server_error", "POST /admin/api/2026-07/graphql.json")
    assert (await other.post(SHOP)).status_code == 200
    assert (await one.post(SHOP, version="2026-10")).status_code == 200
    assert (await one.post(SHOP)).status_code == 502


async def test_faults_are_listed_and_taken_back(shop):
    fault = await shop.fault("server_error", times=None, probability=1.0)
    assert (await shop.post(SHOP)).status_code == 502
    await shop.http.delete("/_faults", params={"id": fault["id"]})
    assert (await shop.post(SHOP)).status_code == 200


async def test_an_unknown_fault_or_store_is_refused(shop):
    unknown = await shop.http.post("/_faults", json={"store": shop.id, "fault": "sabotage"})
    nowhere = await shop.http.post("/_faults", json={"store": "no-1", "fault": "latency"})
    assert unknown.status_code == 422
    assert nowhere.status_code == 404
    assert uuid.UUID(hex=(await shop.fault("latency", "never"))["id"])
