"""The `giftstream` command against the whole stack, as somebody who runs it would use it."""

import asyncio
import base64
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from giftstream.sealing import Sealing
from localstack.stack.parts import SERVICES
from support.brands import Brand
from support.stack import Stack
from support.waiting import until

MakeBrand = Callable[..., Awaitable[Brand]]
Giftstream = Callable[..., Awaitable[Any]]


@pytest.fixture
def giftstream(stack: Stack, tmp_path: Path) -> Giftstream:
    """Runs the command with --json; its exit code and document."""
    urls = {f"GIFTSTREAM_URL_{n.upper().replace('-', '_')}": stack.at.services[n] for n in SERVICES}
    environment = os.environ | urls
    environment |= {
        "GIFTSTREAM_KAFKA": stack.servers.kafka,
        "GIFTSTREAM_MONGO": stack.servers.mongo,
        "GIFTSTREAM_KEY": stack.keys.admin_key,
        "GIFTSTREAM_SEALING_KEY_FILE": str(stack.keys.sealing_key_file),
        "NOTIFICATION_SMTP": stack.at.smtp,
        "STORE_SYNC_WEBHOOK_URL": stack.at.webhooks,
        "USER": "Eve",
    }

    async def ran(*arguments: str, stdin: str = "") -> tuple[int | None, Any]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "giftstream_cli", *arguments, "--json"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=tmp_path,
            env=environment,
        )
        async with asyncio.timeout(60):
            out, err = await process.communicate(stdin.encode())
        assert b"Traceback" not in err, err.decode()
        return process.returncode, json.loads(out)

    return ran


async def test_the_doctor_finds_a_well_stack_well_and_a_sick_one_sick(
    stack: Stack, make_brand: MakeBrand, giftstream: Giftstream
) -> None:
    brand = await make_brand()
    code, found = await giftstream("doctor", "--no-stores")
    wrong = [one for one in found["checks"] if one["state"] != "ok"]
    assert (code, wrong) == (0, [])
    assert {"kafka", "topics", "mongo", "smtp", "webhooks", "sealing key"} <= {
        one["name"] for one in found["checks"]
    }
    await stack.simulator.post(f"/_merchant/{brand.store}/revoke", {"scopes": ["read_products"]})
    await stack.part("notification").process.stop()
    code, found = await giftstream("doctor")
    await stack.restart("notification")
    failed = {one["name"]: one for one in found["checks"] if one["state"] == "failed"}
    assert code == 1
    assert failed["notification"]["remedy"]
    (store,) = [one for name, one in failed.items() if brand.store_id in name]
    assert "read_products" in store["detail"] + store["remedy"]
    await stack.simulator.post(f"/_merchant/{brand.store}/restore")
    code, answer = await giftstream("stores", "check", brand.store_id)
    assert (code, answer["ok"]) == (0, True)


async def test_a_paused_lane_waits_for_a_person_whatever_its_store_says(
    make_brand: MakeBrand, giftstream: Giftstream
) -> None:
    brand = await make_brand()
    assert (await giftstream("lanes", "pause", brand.store_id, "--reason", "Moving."))[0] == 0
    selection = brand.selection()
    await brand.publish(selection)
    order = await brand.order_of(selection["selection_id"], "approved")
    assert [one["code"] for one in order["blocked_by"]] == ["lane_paused"]
    assert "Moving." in order["blocked_by"][0]["detail"]
    # store.changed says nothing but good of the store, and lifts nothing.
    path = f"/stores/{brand.store_id}"
    etag = (await brand.stack.stores.call("GET", path)).headers["ETag"]
    await brand.stack.stores.patch(path, {"name": "Renamed"}, {"If-Match": etag})
    await asyncio.sleep(2.0)
    order = await brand.order_of(selection["selection_id"], "approved")
    _, lanes = await giftstream("lanes", "list")
    (lane,) = [one for one in lanes["items"] if one["store_id"] == brand.store_id]
    assert (lane["state"], lane["waiting"], lane["halted"]["by"]) == ("paused", 1, "Eve (admin)")
    assert (await giftstream("lanes", "resume", brand.store_id))[0] == 0
    placed = await brand.order_of(selection["selection_id"], "placed")
    assert placed["blocked_by"] == []
    stranger = (await make_brand()).api("order-placement")
    try:
        answer = await stranger.call("POST", f"/lanes/{brand.store_id}/pause", json={"reason": "x"})
        assert answer.status_code == 404, "another brand's lane"
        for path in ("checks", "outbox", "republish", "rewrap"):
            answer = await stranger.call("GET", f"/admin/{path}")
            assert answer.status_code == 403, "a brand's key is no operator's"
        answer = await stranger.call("POST", "/admin/rewrap", json={})
        assert answer.status_code == 403
    finally:
        await stranger.close()


async def test_a_store_is_connected_and_states_are_told_anew(
    stack: Stack, make_brand: MakeBrand, giftstream: Giftstream
) -> None:
    brand = await make_brand()
    shop = await stack.simulator.post("/_stores", {"platform": "shopify", "name": "Second"})
    connect = ("stores", "connect", "--brand", brand.brand_id, "--name", "Second")
    connect += ("--base-url", shop["base_url"])
    secrets = shop["credentials"]
    stdin = f"{secrets['access_token']}\n{secrets['webhook_secret']}\n"
    files = ("--token-file", "-", "--webhook-secret-file", "-")
    code, would = await giftstream(*connect, "--dry-run")
    assert (code, would["connected_already"]) == (0, [])
    code, refused = await giftstream(*connect, *files, stdin="wrong\nwrong\n")
    assert (code, "error" in refused) == (1, True)
    code, store = await giftstream(*connect, *files, stdin=stdin)
    assert (code, store["status"]) == (0, "connected")
    _, listed = await giftstream("stores", "list", "--brand", brand.brand_id)
    assert {one["store_id"] for one in listed["items"]} == {brand.store_id, store["store_id"]}
    republish = ("republish", "stores", "--brand", brand.brand_id)
    assert (await giftstream(*republish))[1]["count"] == 2
    assert (await giftstream(*republish, "--yes"))[1]["republished"] == 2

    async def nothing_waits() -> bool:
        return bool((await giftstream("outbox", "sweep", "--yes"))[1]["pending"] == 0)

    await until(nothing_waits, within_s=30.0, what="every outbox is empty")


async def test_selections_are_withdrawn_and_the_budget_tells_what_is_left(
    make_brand: MakeBrand, giftstream: Giftstream
) -> None:
    budget = {"amount": 10**6, "currency": "EUR"}
    brand = await make_brand(campaign={"auto_approve": False, "budget": budget})
    early, late = brand.selection(), brand.selection()
    await brand.publish(early, late)
    await brand.order_of(early["selection_id"], "pending_review")
    order = await brand.order_of(late["selection_id"], "pending_review")
    show, price = ("campaigns", "show", brand.campaign_id), order["retail_value"]["amount"]
    _, shown = await giftstream(*show)
    assert shown["spending"]["spent"] == {"amount": 2 * price, "currency": "EUR"}
    withdraw = ("selections", "withdraw", brand.brand_id, early["selection_id"])
    _, would = await giftstream(*withdraw, "--dry-run")
    assert would["items"][0]["orders"][0]["detail"] == "is pending_review, would be cancelled"
    code, done = await giftstream(*withdraw, "--reason", "By mistake.")
    assert (code, done["items"][0]["orders"][0]["status"]) == (0, "cancelled")
    await giftstream("orders", "place", order["order_id"])
    await brand.order_of(late["selection_id"], "placed")
    code, done = await giftstream("selections", "withdraw", brand.brand_id, late["selection_id"])
    assert (code, "too late" in done["items"][0]["detail"]) == (1, True)
    _, shown = await giftstream(*show)
    assert shown["spending"]["left"] == {"amount": 10**6 - price, "currency": "EUR"}


async def test_a_store_gets_new_credentials_and_the_old_secret_ends_at_once(
    make_brand: MakeBrand, giftstream: Giftstream
) -> None:
    brand = await make_brand()
    replace = ("stores", "credentials", brand.store_id)
    code, refused = await giftstream(*replace, "--token-file", "-", stdin="wrong\n")
    assert (code, "error" in refused) == (1, True)
    token = f"{brand.shop['credentials']['access_token']}\n"
    both = ("--token-file", "-", "--webhook-secret-file", "-")
    code, store = await giftstream(*replace, *both, stdin=f"{token}another-secret\n")
    assert (code, store["status"]) == (0, "connected")
    assert store["old_webhook_secret_until"] is not None
    code, store = await giftstream(*replace, "--end-old-secret")
    assert (code, store["old_webhook_secret_until"]) == (0, None)


@pytest.mark.long
async def test_keys_are_rotated_and_the_old_one_is_needed_no_more(
    stack: Stack, make_brand: MakeBrand, giftstream: Giftstream
) -> None:
    brand = await make_brand()
    selection = brand.selection()
    await brand.publish(selection)
    await brand.order_of(selection["selection_id"], "placed")
    file = stack.keys.sealing_key_file
    old = file.read_text().strip()
    new = "rotated:" + base64.b64encode(os.urandom(32)).decode()
    file.write_text(f"{new}\n{old}\n")
    assert Sealing.from_file(file).current_id == "rotated"
    await asyncio.gather(*(stack.restart(name) for name in SERVICES))
    code, shown = await giftstream("keys", "rotate", "--dry-run")
    assert (code, shown["key_id"]) == (0, "rotated")
    code, done = await giftstream("keys", "rotate")
    assert code == 0, done
    assert all(one["clean"] for one in done["items"])
    by_service = {one["service"]: one["rewrapped"] for one in done["items"]}
    assert min(by_service[name] for name in SERVICES if name != "notification") > 0
    file.write_text(f"{new}\n")
    await asyncio.gather(*(stack.restart(name) for name in SERVICES))
    later = brand.selection()
    await brand.publish(later)
    await brand.order_of(later["selection_id"], "placed")
    order = (await brand.orders_of(selection["selection_id"]))[0]
    preview = await stack.orders.get(f"/orders/{order['order_id']}/preview")
    assert preview["recipient"]["name"] == "Ana García"
    assert (await giftstream("stores", "check", brand.store_id))[0] == 0
