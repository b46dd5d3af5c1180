"""store-sync as a process beside the simulator as another, and what tests need around them."""

import json
import uuid
from pathlib import Path
from typing import Any

import httpx
from giftstream import mongo
from giftstream.clock import now
from localstack.servers import Servers
from support import topics
from support.one_service import OneService
from support.ports import free_port
from support.processes import Process
from support.shops import COMPLETE, DRAFT, READY, Connected, Gift
from support.waiting import until

DATABASE = "giftstream_store_sync"


class StoreSync(OneService):
    """The running service and the simulator, and what a test needs around them."""

    def __init__(self, servers: Servers, environment: dict[str, str], folder: Path) -> None:
        port, self.hooks_port, self.simulator_port = free_port(), free_port(), free_port()
        self.hooks = f"http://127.0.0.1:{self.hooks_port}"
        simulator_url = f"http://127.0.0.1:{self.simulator_port}"
        own = environment | {
            "STORE_SYNC_PORT": str(port),
            "STORE_SYNC_WEBHOOK_PORT": str(self.hooks_port),
            "STORE_SYNC_WEBHOOK_URL": self.hooks,
            "STORE_SYNC_SIMULATOR_URL": simulator_url,
            "STORE_SYNC_RECHECK_EVERY_S": "1",
            "STORE_SYNC_COALESCE_S": "0.3",
            "STORE_SYNC_LEASE_S": "3",
            "STORE_SYNC_BUDGET_SHARE": "1",
        }
        super().__init__(servers, own, module="store_sync", port=port, folder=folder)
        self.simulating = Process(
            [
                "-m",
                "simulator",
                f"--port={self.simulator_port}",
                f"--state={folder / 'simulator'}",
                "--draft-ready-ms=20",
                "--webhook-retries-s=0.2,0.5,1,1,2,2,2,2",
            ],
            environment,
            folder / "simulator.log",
        )
        self.simulator = httpx.AsyncClient(base_url=simulator_url, timeout=30, trust_env=False)
        self.strangers = httpx.AsyncClient(base_url=self.hooks, timeout=30, trust_env=False)

    async def replica(self) -> Process:
        """A second process of the service, ready."""
        port = free_port()
        ports = {"STORE_SYNC_PORT": str(port), "STORE_SYNC_WEBHOOK_PORT": str(free_port())}
        log = self.process.log.with_name("replica.log")
        other = Process(["-m", "store_sync"], self.environment | ports, log)
        await other.start()
        await other.ready(f"http://127.0.0.1:{port}")
        return other

    async def start_simulator(self) -> None:
        """Start the simulator and wait until it answers."""
        await self.simulating.start()

        async def answers() -> bool:
            try:
                return (await self.simulator.get("/_faults")).status_code == 200
            except httpx.HTTPError:
                return False

        await until(answers, within_s=20, what="the simulator answers")

    async def end(self) -> None:
        """End both."""
        await self.process.end()
        await self.simulating.end()
        for client in (self.http, self.simulator, self.strangers):
            await client.aclose()

    def database(self) -> mongo.Database:
        """The service's own database."""
        return mongo.connect(self.servers.mongo, DATABASE)

    async def say(self, topic: str, key: str, body: dict[str, Any] | None) -> None:
        """Publish an event as another service would."""
        value = None if body is None else json.dumps(body).encode()
        await topics.publish(self.servers.kafka, [(topic, key.encode(), value, [])])

    async def told(self, topic: str, key: str) -> list[dict[str, Any]]:
        """Every body on a topic under a key, oldest first, once nothing waits to be published."""
        await until(self.all_told, within_s=20, what="every outbox empty", every_s=0.05)
        records = await topics.read_all(self.servers.kafka, topic)
        return [json.loads(one.value) for one in records if one.key == key.encode()]

    async def all_told(self) -> bool:
        """Whether no document holds an event."""
        database = self.database()
        pending = {"outbox.0": {"$exists": True}}
        try:
            return not any(
                [
                    await database[name].count_documents(pending)
                    for name in ("connections", "followed_orders", "moved_products")
                ]
            )
        finally:
            mongo.close(database)

    async def brand(self, api_keys: list[dict[str, Any]] | None = None) -> str:
        """A brand that store-sync knows of."""
        brand_id = str(uuid.uuid4())
        body = {"brand_id": brand_id, "name": "Acme", "revision": 1, "api_keys": api_keys or []}
        await self.say("brand.changed", brand_id, body)
        database = self.database()

        async def known() -> bool:
            return await database["brands"].find_one({"_id": brand_id}) is not None

        await until(known, within_s=20, what="the brand is known", every_s=0.05)
        mongo.close(database)
        return brand_id

    async def shop(self, **asked: Any) -> Connected:
        """A new simulated shop of a known brand, not connected."""
        body = {"platform": "shopify", "name": "test", "products": 3, "variants": 2, **asked}
        made = await self.simulator.post("/_stores", json=body)
        assert made.status_code == 201, made.text
        return Connected(made.json(), await self.brand())

    async def connected(self, **asked: Any) -> Connected:
        """A new simulated shop, connected."""
        shop = await self.shop(**asked)
        made = await self.http.post("/stores", json=shop.asked())
        assert made.status_code == 201, made.text
        shop.store = made.json()
        return shop

    async def polled(self, shop: Connected) -> None:
        """Its first poll is over, which begins soon after connecting: webhooks alone tell now."""
        database = self.database()

        async def over() -> bool:
            found = await database["polls"].find_one({"_id": shop.id})
            return found is not None and found["lease"] is None and found["due_at"] > now()

        await until(over, within_s=20, what="the first poll is over", every_s=0.05)
        mongo.close(database)

    async def merchant(self, shop: Connected, path: str, **body: Any) -> dict[str, Any]:
        """What a merchant does by hand."""
        answer = await self.simulator.post(f"/_merchant/{shop.name}/{path}", json=body)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def graphql(self, shop: Connected, query: str, **variables: Any) -> dict[str, Any]:
        """A call to the shop as order-placement would make it."""
        answer = await self.simulator.post(
            f"{shop.shop['base_url']}/admin/api/2026-07/graphql.json",
            headers={"X-Shopify-Access-Token": shop.shop["credentials"]["access_token"]},
            json={"query": query, "variables": variables},
        )
        body = answer.json()
        assert "errors" not in body, body
        data: dict[str, Any] = body["data"]
        return data

    async def placed(self, shop: Connected, quantity: int = 2) -> Gift:
        """An order in the shop that nobody told store-sync of yet."""
        order_id = str(uuid.uuid4())
        variant = shop.variants[0]
        drafted = await self.graphql(
            shop,
            DRAFT,
            input={
                "email": "ana@example.com",
                "shippingAddress": {"firstName": "Ana", "city": "Madrid", "countryCode": "ES"},
                "lineItems": [
                    {"variantId": f"gid://shopify/ProductVariant/{variant}", "quantity": quantity}
                ],
                "appliedDiscount": {"valueType": "PERCENTAGE", "value": 100.0, "title": "gift"},
                "tags": [f"gift-{uuid.UUID(order_id).hex}"],
            },
        )
        draft = drafted["draftOrderCreate"]["draftOrder"]["id"]

        async def ready() -> bool:
            return bool((await self.graphql(shop, READY, id=draft))["draftOrder"]["ready"])

        await until(ready, within_s=10, what="the draft is ready", every_s=0.02)
        done = await self.graphql(shop, COMPLETE, id=draft)
        order = done["draftOrderComplete"]["draftOrder"]["order"]
        return Gift(
            order_id,
            order["legacyResourceId"],
            {
                "event_id": str(uuid.uuid4()),
                "occurred_at": "2026-11-22T10:00:00Z",
                "order_id": order_id,
                "selection_id": f"sel-{order_id[:8]}",
                "brand_id": shop.brand_id,
                "campaign_id": "spring",
                "creator_id": "cr-77",
                "store_id": shop.id,
                "reference": "platform-5",
                "sequence": 4,
                "status": "placed",
                "store_order": {
                    "platform": "shopify",
                    "id": order["legacyResourceId"],
                    "number": order["name"],
                    "admin_url": None,
                },
                "lines": [{"variant_ref": variant, "sku": None, "quantity": quantity}],
                "charged": {"amount": 0, "currency": shop.store["currency"]},
                "submitted_at": "2026-11-22T10:00:00Z",
            },
        )

    async def followed(self, shop: Connected, quantity: int = 2) -> Gift:
        """An order in the shop, told of and read once."""
        gift = await self.placed(shop, quantity)
        await self.create(gift)
        await self.seen(gift, lambda shown: shown["verified_at"] is not None)
        return gift

    async def create(self, gift: Gift) -> None:
        """Say order.created."""
        await self.say("order.created", gift.order_id, gift.created)

    async def observations(self, gift: Gift) -> dict[str, Any] | None:
        """What GET /orders/{id}/observations shows; None while it is not known."""
        answer = await self.http.get(f"/orders/{gift.order_id}/observations")
        return answer.json() if answer.status_code == 200 else None

    async def seen(self, gift: Gift, holds: Any, within_s: float = 20.0) -> dict[str, Any]:
        """The observations, once they are as the test wants them."""
        newest: dict[str, Any] = {}

        async def as_wanted() -> bool:
            nonlocal newest
            newest = await self.observations(gift) or {}
            return bool(newest) and bool(holds(newest))

        try:
            await until(as_wanted, within_s=within_s, what="the order is seen", every_s=0.05)
        except AssertionError:
            raise AssertionError(f"{newest}\n{self.process.tail()}") from None
        return newest

    async def status(self, gift: Gift, status: str, within_s: float = 20.0) -> dict[str, Any]:
        """The observations, once the newest has this store status."""
        return await self.seen(
            gift,
            lambda shown: shown["items"] and shown["items"][-1]["store_status"] == status,
            within_s,
        )
