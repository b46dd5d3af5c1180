"""campaign as a process on real servers, with a store-sync that answers as the real one would."""

import asyncio
import json
import os
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Response
from giftstream import mongo
from localstack.servers import Servers
from support import topics
from support.fresh import servers  # noqa: F401
from support.one_service import OneService
from support.ports import free_port
from support.processes import Process
from support.secrets import shared_environment
from support.waiting import until

DATABASE = "giftstream_campaign"


class StoreSync:
    """Gives out access to stores, as store-sync's internal route does."""

    def __init__(self) -> None:
        self.access: dict[str, dict[str, Any]] = {}
        self.port = free_port()
        app = FastAPI()

        @app.get("/internal/stores/{store_id}/access", response_model=None)
        async def access(store_id: str) -> dict[str, Any] | Response:
            return self.access.get(store_id) or Response("{}", 404, media_type="application/json")

        config = uvicorn.Config(app, port=self.port, log_level="error", lifespan="off")
        self.server = uvicorn.Server(config)


class Campaign(OneService):
    """The running service, its client, and what a test needs around it."""

    def __init__(self, servers: Servers, environment: dict[str, str], folder: Path) -> None:
        port = free_port()
        self.store_sync = StoreSync()
        environment |= {
            "CAMPAIGN_PORT": str(port),
            "GIFTSTREAM_STORE_SYNC_URL": f"http://127.0.0.1:{self.store_sync.port}",
            "CAMPAIGN_REREAD_AFTER_S": "0.1",
            "CAMPAIGN_IMPORT_LEASE_S": "2",
            "CAMPAIGN_STORE_SHARE": "1",
            "CAMPAIGN_SUBMIT_AGAIN_AFTER_S": "1",
        }
        super().__init__(servers, environment, module="campaign", port=port, folder=folder)

    async def revive(self) -> None:
        """Start it after a crash and wait until it answers; its group waits for the dead member."""
        await self.process.start()

        async def answers() -> bool:
            assert self.process.runs, self.process.tail()
            try:
                return (await self.http.get("/live")).is_success
            except httpx.HTTPError:
                return False

        await until(answers, within_s=30, what="it answers", every_s=0.05)

    def database(self) -> mongo.Database:
        """The service's own database."""
        return mongo.connect(self.servers.mongo, DATABASE)

    async def made(self, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
        """What a POST by the administrator made."""
        answer = await self.http.post(path, json=body, headers=headers)
        assert answer.status_code in (200, 201, 202), answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def got(self, path: str, **params: Any) -> dict[str, Any]:
        """What a GET by the administrator finds."""
        answer = await self.http.get(path, params=params)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def say(self, topic: str, key: str, body: dict[str, Any] | None) -> None:
        """Publish an event as another service would."""
        value = None if body is None else json.dumps(body).encode()
        await topics.publish(self.servers.kafka, [(topic, key.encode(), value, [])])

    async def newest(self, topic: str, key: str) -> dict[str, Any] | None:
        """The last body on a topic under a key."""
        of_key = [
            one
            for one in await topics.read_all(self.servers.kafka, topic)
            if one.key == key.encode()
        ]
        found: dict[str, Any] | None = json.loads(of_key[-1].value) if of_key else None
        return found

    async def brand(self) -> str:
        """A new brand's id."""
        made = await self.made("/brands", {"name": "Acme", "contacts": ["ops@acme.example"]})
        return str(made["brand_id"])

    async def key(self, brand_id: str, *scopes: str) -> httpx.AsyncClient:
        """A client with a new key of the brand; every scope when none is named."""
        every = ["orders:read", "orders:write", "campaigns:read", "campaigns:write"]
        body = {"name": "test", "scopes": list(scopes) or every}
        made = await self.made(f"/brands/{brand_id}/keys", body)
        return self.client(made["key"])

    async def store(self, brand_id: str, **fields: Any) -> str:
        """A store that campaign knows of."""
        store_id = str(uuid.uuid4())
        body = {
            "store_id": store_id,
            "brand_id": brand_id,
            "platform": "shopify",
            "name": "Shop",
            "status": "connected",
            "revision": 1,
            **fields,
        }
        await self.say("store.changed", store_id, body)
        database = self.database()

        async def known() -> bool:
            return await database["stores"].find_one({"_id": store_id}) is not None

        await until(known, within_s=20, what="the store is known")
        mongo.close(database)
        return store_id

    async def campaign(self, brand_id: str, store_id: str, **fields: Any) -> str:
        """A published campaign without limits, unless fields say otherwise."""
        unlimited = dict.fromkeys(("items", "value", "orders_per_creator"), "unlimited")
        body = {
            "brand_id": brand_id,
            "name": "Spring",
            "type": "product_gifting",
            "allowance": unlimited,
            "stores": [store_id],
            **fields,
        }
        made = await self.made("/campaigns", body)
        await self.made(f"/campaigns/{made['campaign_id']}/publish", {})
        return str(made["campaign_id"])


@pytest.fixture(scope="package")
async def campaign(
    servers: Servers, kafka: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Campaign]:
    """The service, ready, on a database of its own."""
    folder = tmp_path_factory.mktemp("campaign")
    environment = shared_environment(folder / "keys", kafka, servers.mongo)
    one = Campaign(servers, environment, folder)
    await one.database().client.drop_database(DATABASE)
    answering = asyncio.create_task(one.store_sync.server.serve())
    await one.start()
    yield one
    await one.process.end()
    one.store_sync.server.should_exit = True
    await answering
    await one.http.aclose()
    await one.database().client.drop_database(DATABASE)


@dataclass
class Shops:
    """The simulator, and the shops in it that store-sync gives access to."""

    campaign: Campaign
    http: httpx.AsyncClient
    log: Path

    async def shop(self, products: int, variants: int) -> dict[str, Any]:
        """A new shop, not connected yet."""
        body = {"platform": "shopify", "name": "Shop", "products": products, "variants": variants}
        answer = await self.http.post("/_stores", json={**body, "stock": 5, "rate": 1000})
        assert answer.status_code in (200, 201), answer.text
        made: dict[str, Any] = answer.json()
        return made

    def connect(self, store_id: str, shop: dict[str, Any]) -> None:
        """From now on store-sync gives out access to the shop under this id."""
        self.campaign.store_sync.access[store_id] = {
            "platform": "shopify",
            "base_url": shop["base_url"],
            "api_version": "2026-07",
            "access_token": shop["credentials"]["access_token"],
            "expires_at": None,
        }

    async def offering(self, brand_id: str, **fields: Any) -> tuple[str, list[dict[str, Any]]]:
        """A published campaign and the items it offers: two, of one product."""
        store_id = await self.campaign.store(brand_id)
        self.connect(store_id, await self.shop(1, 2))
        campaign_id = await self.campaign.campaign(brand_id, store_id, **fields)
        path = f"/campaigns/{campaign_id}/catalog"
        body = {"store_id": store_id, "product_refs": "all"}
        await self.campaign.made(f"{path}/imports", body)

        async def imported() -> bool:
            return len((await self.campaign.got(path))["items"]) == 2

        await until(imported, within_s=30, what="the catalog is there")
        items = (await self.campaign.got(path))["items"]
        return campaign_id, sorted(items, key=lambda one: str(one["sku"]))

    async def fault(self, shop: dict[str, Any], operation: str, fault: str, times: int) -> None:
        """The next calls of an operation go wrong."""
        body = {"store": shop["store"], "operation": operation, "fault": fault, "times": times}
        answer = await self.http.post("/_faults", json=body)
        assert answer.is_success, answer.text

    async def change(self, shop: dict[str, Any], variant_ref: str, **fields: Any) -> None:
        """The merchant changes a variant."""
        path = f"/_merchant/{shop['store']}/variants/{variant_ref}"
        answer = await self.http.patch(path, json=fields)
        assert answer.is_success, answer.text


@pytest.fixture(scope="package")
async def shops(
    campaign: Campaign, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Shops]:
    """A running simulator."""
    folder = tmp_path_factory.mktemp("simulator")
    port = free_port()
    arguments = ["-m", "simulator", "--port", str(port), "--state", str(folder / "state")]
    process = Process(arguments, os.environ, folder / "simulator.log")
    await process.start()
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", timeout=30.0, trust_env=False
    ) as http:

        async def answers() -> bool:
            assert process.runs, process.tail()
            try:
                return (await http.get("/_faults")).is_success
            except httpx.HTTPError:
                return False

        await until(answers, within_s=20, what="the simulator answers")
        yield Shops(campaign, http, process.log)
    await process.end()
