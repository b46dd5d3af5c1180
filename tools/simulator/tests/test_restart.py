"""The whole simulator as a process, killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from simulator.settings import from_command_line

Start = Callable[[], tuple[subprocess.Popen[bytes], httpx.Client]]

CREATE = """mutation C($input: DraftOrderInput!) { draftOrderCreate(input: $input) {
  draftOrder { id } userErrors { message } } }"""
COMPLETE = """mutation D($id: ID!) { draftOrderComplete(id: $id) {
  draftOrder { order { id name } } userErrors { message } } }"""
SUBSCRIBE = """mutation S($uri: String!) { webhookSubscriptionCreate(
  topic: ORDERS_CREATE, webhookSubscription: {uri: $uri}) { userErrors { message } } }"""
READ = "query R($id: ID!) { draftOrder(id: $id) { ready status order { name } } }"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running: list[subprocess.Popen[bytes]] = []

    def started() -> tuple[subprocess.Popen[bytes], httpx.Client]:
        command = [sys.executable, "-m", "simulator", "--port", str(port), "--draft-ready-ms", "0"]
        process = subprocess.Popen([*command, "--state", str(tmp_path)])
        running.append(process)
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=5)
        for _ in range(100):
            try:
                client.get("/_ready").raise_for_status()
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return process, client
        raise AssertionError("the simulator did not get ready")

    yield started
    for process in running:
        process.kill()
        process.wait(5)


def test_everything_is_there_after_a_kill_dash_nine(start):
    process, client = start()
    made = client.post("/_stores", json={"platform": "shopify", "name": "kept"}).json()
    client.post("/_autopilot", json={"fulfill_after_s": 999, "deliver_after_s": 999})
    fault = {"store": made["store"], "operation": "shop", "fault": "server_error", "times": 5}
    client.post("/_faults", json=fault)
    draft = placed(client, made, uuid.uuid4())
    before = client.get("/_ledger").json()["items"]

    os.kill(process.pid, signal.SIGKILL)
    process.wait(5)
    process, client = start()

    assert client.get("/_ledger").json()["items"] == before
    assert client.get("/_stores").json()["items"][0]["credentials"] == made["credentials"]
    assert client.get("/_autopilot").json()["fulfill_after_s"] == 999
    assert client.get("/_faults").json()["items"][0]["times"] == 5
    read = run(client, made, READ, id=draft)["draftOrder"]
    assert read == {"ready": True, "status": "COMPLETED", "order": {"name": "#1001"}}
    placed(client, made, uuid.uuid4())
    names = [e["detail"]["order_name"] for e in ledger(client, made, "committed")]
    assert names == ["#1001", "#1002"]
    assert len({entry["seq"] for entry in client.get("/_ledger").json()["items"]}) == len(
        client.get("/_ledger").json()["items"]
    )

    process.terminate()
    assert process.wait(5) in (0, -signal.SIGTERM)


def test_a_webhook_that_failed_is_repeated_after_a_restart(start):
    process, client = start()
    made = client.post("/_stores", json={"platform": "shopify", "name": "hooks"}).json()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        uri = f"http://127.0.0.1:{closed.getsockname()[1]}/hook"
        run(client, made, SUBSCRIBE, uri=uri)
        placed(client, made, uuid.uuid4())
        wait(lambda: ledger(client, made, "webhook"))
        os.kill(process.pid, signal.SIGKILL)
        process.wait(5)
        _, client = start()
        wait(lambda: len(ledger(client, made, "webhook")) >= 2)
    tried = [entry["detail"] for entry in ledger(client, made, "webhook")]
    assert [detail["attempt"] for detail in tried[:2]] == [1, 2]
    assert tried[0]["webhook_id"] == tried[1]["webhook_id"]


def wait(condition: Callable[[], object]) -> None:
    for _ in range(100):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen within 5 s")


def test_help_names_the_options(capsys):
    with pytest.raises(SystemExit) as ended:
        from_command_line(["--help"])
    assert ended.value.code == 0
    assert "--state" in capsys.readouterr().out


def ledger(client: httpx.Client, made: dict, kind: str) -> list[dict]:
    items = client.get("/_ledger", params={"store": made["store"]}).json()["items"]
    return [entry for entry in items if entry["kind"] == kind]


def run(client: httpx.Client, made: dict, query: str, **variables: object) -> dict:
    response = client.post(
        f"{made['base_url']}/admin/api/2026-10/graphql.json",
        headers={"X-Shopify-Access-Token": made["credentials"]["access_token"]},
        json={"query": query, "variables": variables},
    )
    return response.json()["data"]


def placed(client: httpx.Client, made: dict, mark: uuid.UUID) -> str:
    variant = made["products"][0]["variants"][0]["variant_ref"]
    line = {"variantId": f"gid://shopify/ProductVariant/{variant}", "quantity": 1}
    given = {"lineItems": [line], "tags": [f"gift-{mark.hex}"]}
    draft = run(client, made, CREATE, input=given)["draftOrderCreate"]["draftOrder"]["id"]
    assert run(client, made, COMPLETE, id=draft)["draftOrderComplete"]["draftOrder"]["order"]
    return draft
