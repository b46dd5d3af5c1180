"""A simulator on a real socket, and a client that speaks to one of its shops."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from simulator.app import create_app
from simulator.server import server_of
from simulator.settings import Settings

CREATE = """mutation DraftCreate($input: DraftOrderInput!) { draftOrderCreate(input: $input) {
  draftOrder { id ready status totalPriceSet { shopMoney { amount } } }
  userErrors { field message } } }"""
COMPLETE = """mutation DraftComplete($id: ID!) { draftOrderComplete(id: $id) {
  draftOrder { id status order { id name legacyResourceId tags note email } }
  userErrors { field message } } }"""
DELETE = """mutation DraftDelete($id: ID!) { draftOrderDelete(input: {id: $id}) {
  deletedId userErrors { field message } } }"""
SUBSCRIBE = """mutation S($topic: WebhookSubscriptionTopic!, $hook: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $hook) {
    webhookSubscription { id uri topic apiVersion { handle } } userErrors { field message } } }"""
READY = "query Ready($id: ID!) { draftOrder(id: $id) { id ready status order { id } } }"
ORDER = """query OrderState($id: ID!) { order(id: $id) {
  id name cancelledAt displayFulfillmentStatus displayFinancialStatus returnStatus updatedAt
  fulfillments(first: 5) { status displayStatus deliveredAt trackingInfo { company number url }
    events(first: 9) { nodes { status } } }
  lineItems(first: 5) { nodes { quantity currentQuantity unfulfilledQuantity
    variant { id inventoryQuantity } product { id } } }
  totalPriceSet { shopMoney { amount } } } }"""


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Shop:
    """One simulated shop through its HTTP API."""

    http: httpx.AsyncClient
    made: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.made["store"])

    @property
    def variant(self) -> str:
        return str(self.made["products"][0]["variants"][0]["variant_ref"])

    async def post(
        self, query: str, version: str = "2026-07", token: str | None = None, **variables: Any
    ) -> httpx.Response:
        right = self.made["credentials"]["access_token"]
        return await self.http.post(
            f"{self.made['base_url']}/admin/api/{version}/graphql.json",
            headers={"X-Shopify-Access-Token": token or right},
            json={"query": query, "variables": variables},
        )

    async def run(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        response = await self.post(query, **variables)
        body = response.json()
        assert "errors" not in body, body
        data: dict[str, Any] = body["data"]
        return data

    def gift(self, mark: uuid.UUID, quantity: int = 1, **more: Any) -> dict[str, Any]:
        variant = f"gid://shopify/ProductVariant/{self.variant}"
        return {
            "email": "ana@example.com",
            "shippingAddress": {"firstName": "Ana", "city": "Madrid", "countryCode": "ES"},
            "lineItems": [{"variantId": variant, "quantity": quantity}],
            "appliedDiscount": {
                "valueType": "PERCENTAGE",
                "value": 100.0,
                "title": "creator_compensation",
            },
            "shippingLine": {
                "title": "Standard",
                "priceWithCurrency": {"amount": "0.00", "currencyCode": "EUR"},
            },
            "tags": ["creator-gift", f"gift-{mark.hex}"],
            "note": "with love",
        } | more

    async def drafted(self, mark: uuid.UUID, quantity: int = 1, **more: Any) -> str:
        """The id of a draft that is ready."""
        data = await self.run(CREATE, input=self.gift(mark, quantity, **more))
        assert data["draftOrderCreate"]["userErrors"] == []
        gid = str(data["draftOrderCreate"]["draftOrder"]["id"])
        async with asyncio.timeout(5):
            while not (await self.run(READY, id=gid))["draftOrder"]["ready"]:  # noqa: ASYNC110 - HTTP
                await asyncio.sleep(0.01)
        return gid

    async def ordered(self, mark: uuid.UUID, quantity: int = 1, **more: Any) -> str:
        """The plain id of a placed order."""
        data = await self.run(COMPLETE, id=await self.drafted(mark, quantity, **more))
        return str(data["draftOrderComplete"]["draftOrder"]["order"]["legacyResourceId"])

    async def subscribe(self, url: str, *topics: str, **more: Any) -> list[str]:
        """The ids of new webhook subscriptions."""
        made = []
        for topic in topics:
            hook = {"uri": url, "format": "JSON"} | more
            data = (await self.run(SUBSCRIBE, topic=topic, hook=hook))["webhookSubscriptionCreate"]
            assert data["userErrors"] == []
            made.append(str(data["webhookSubscription"]["id"]))
        return made

    async def merchant(self, path: str, **body: Any) -> httpx.Response:
        return await self.http.post(f"/_merchant/{self.id}/{path}", json=body)

    async def state(self, order: str) -> dict[str, Any]:
        data = await self.run(ORDER, id=f"gid://shopify/Order/{order}")
        state: dict[str, Any] = data["order"]
        return state

    async def fault(self, fault: str, operation: str = "*", **more: Any) -> dict[str, Any]:
        body = {"store": self.id, "operation": operation, "fault": fault, "times": 1} | more
        response = await self.http.post("/_faults", json=body)
        assert response.status_code == 201, response.text
        made: dict[str, Any] = response.json()
        return made

    async def ledger(self, *kinds: str, after: int = 0) -> list[dict[str, Any]]:
        response = await self.http.get("/_ledger", params={"store": self.id, "after": after})
        return [entry for entry in response.json()["items"] if not kinds or entry["kind"] in kinds]


@dataclass
class Receiver:
    """A small HTTP server; answers with `status` and keeps what it got."""

    url: str = ""
    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        writer.write(
            f"HTTP/1.1 {self.status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
        )
        await writer.drain()
        writer.close()
        async with self.arrived:
            self.got.append((headers, body))
            self.arrived.notify_all()

    async def wait_for(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        async with asyncio.timeout(10), self.arrived:
            await self.arrived.wait_for(lambda: len(self.got) >= count)
        return self.got

    def topics(self) -> Counter[str]:
        return Counter(headers["x-shopify-topic"] for headers, _ in self.got)


OpenShop = Callable[..., Awaitable[Shop]]


@pytest.fixture(scope="session")
async def simulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the control API; drafts are ready after 30 ms, webhooks repeated quickly."""
    settings = Settings(
        port=free_port(),
        state=Path(tmp_path_factory.mktemp("simulator")),
        draft_ready_ms=30,
        webhook_retries_s=(0.05,) * 8,
    )
    server = server_of(create_app(settings), settings)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
    async with httpx.AsyncClient(base_url=settings.url, timeout=10) as client:
        yield client
    server.should_exit = True
    await task


@pytest.fixture
def open_shop(simulator: httpx.AsyncClient) -> OpenShop:
    async def opened(**asked: Any) -> Shop:
        body = {"platform": "shopify", "name": "test", "products": 3, "variants": 2} | asked
        response = await simulator.post("/_stores", json=body)
        assert response.status_code == 201, response.text
        return Shop(simulator, response.json())

    return opened


@pytest.fixture
async def shop(open_shop: OpenShop) -> Shop:
    return await open_shop()


@pytest.fixture
def mark() -> uuid.UUID:
    return uuid.uuid4()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks"
    yield made
    server.close()
    await server.wait_closed()
