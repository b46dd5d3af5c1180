"""order-placement as a process on real servers, with a campaign that knows publishers' secrets."""

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, Response
from giftstream import mongo, signatures
from giftstream.events import BrandChanged, CampaignChanged, CatalogItemChanged, StoreChanged
from giftstream.http.keys import new_api_key
from localstack.servers import Servers
from support import intake_world, topics
from support.one_service import OneService
from support.ports import free_port
from support.waiting import until

DATABASE = "giftstream_order_placement"
Headers = list[tuple[str, bytes]]


class Others:
    """Campaign's internal route for publishers; no store has access, so nothing is placed."""

    def __init__(self) -> None:
        self.publishers: dict[str, dict[str, str]] = {}
        self.port = free_port()
        app = FastAPI()

        @app.get("/internal/publishers/{key_id}", response_model=None)
        async def publisher(key_id: str) -> dict[str, str] | Response:
            return self.publishers.get(key_id) or Response("{}", 404, media_type="application/json")

        config = uvicorn.Config(app, port=self.port, log_level="error", lifespan="off")
        self.server = uvicorn.Server(config)

    async def start(self) -> "asyncio.Task[None]":
        """Serve in this process until `server.should_exit`."""
        task = asyncio.create_task(self.server.serve())

        async def started() -> bool:
            return self.server.started

        await until(started, within_s=10.0, what="the other services' routes")
        return task


@dataclass
class World:
    """One brand with its campaign, store and products, known by events; ids of its own."""

    running: "OrderPlacement"
    suffix: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    revision: int = 1

    @property
    def brand_id(self) -> str:
        return f"brand-{self.suffix}"

    @property
    def campaign_id(self) -> str:
        return f"campaign-{self.suffix}"

    @property
    def store_id(self) -> str:
        return f"store-{self.suffix}"

    async def brand(self, **changed: Any) -> None:
        """brand.changed"""
        said = {**intake_world.brand(**changed), "brand_id": self.brand_id}
        await self._say(BrandChanged.topic, self.brand_id, said)

    async def campaign(self, **changed: Any) -> None:
        """campaign.changed"""
        fields = {"stores": [self.store_id], **changed}
        said = {"campaign_id": self.campaign_id, **intake_world.campaign(**fields)}
        await self._say(CampaignChanged.topic, said["campaign_id"], said)

    async def store(self, **changed: Any) -> None:
        """store.changed"""
        said = {**intake_world.store(self.store_id, **changed), "store_id": self.store_id}
        await self._say(StoreChanged.topic, self.store_id, said)

    async def item(self, variant_ref: str, **changed: Any) -> None:
        """catalog.item_changed"""
        fields = {"campaigns": [self.campaign_id], **changed}
        said = intake_world.item(variant_ref, self.store_id, **fields)
        await self._say(CatalogItemChanged.topic, said["_id"], {**said, "item_id": said["_id"]})

    async def all(self, campaign: dict[str, Any] | None = None, **brand: Any) -> "World":
        """Everything, known to the running service."""
        await self.brand(**brand)
        await self.store()
        await self.campaign(**(campaign or {}))
        await self.item("1")
        await self.item("2")
        await self.running.knows("catalog_items", {"store_id": self.store_id}, 2)
        await self.running.knows("campaigns", {"_id": self.campaign_id}, 1)
        await self.running.knows("stores", {"_id": self.store_id}, 1)
        await self.running.knows("brands", {"_id": self.brand_id}, 1)
        return self

    def body(self, selection_id: str = "sel-1", **changed: Any) -> dict[str, Any]:
        """A selection of this world."""
        ids = {"brand_id": self.brand_id, "campaign_id": self.campaign_id}
        return intake_world.body(selection_id, **{**ids, **changed})

    async def submit(self, *bodies: dict[str, Any] | bytes | None, headers: Headers = []) -> None:  # noqa: B006  # never changed
        """Publish selections as a foreign platform would."""
        values = [json.dumps(b).encode() if isinstance(b, dict) else b for b in bodies]
        key = self.brand_id.encode()
        await topics.publish(
            self.running.servers.kafka, [(intake_world.TOPIC, key, v, headers) for v in values]
        )

    async def submit_spread(self, *bodies: dict[str, Any]) -> None:
        """Publish selections under the documented key, so over all partitions and replicas."""
        records = [
            (
                intake_world.TOPIC,
                f"{one['brand_id']}/{one['selection_id']}".encode(),
                json.dumps(one).encode(),
                list[tuple[str, bytes]](),
            )
            for one in bodies
        ]
        await topics.publish(self.running.servers.kafka, records)

    async def submit_signed(self, body: dict[str, Any], secret: str, key_id: str) -> None:
        """Publish one, signed."""
        value = json.dumps(body).encode()
        header = signatures.sign(secret, value, key_id).encode()
        await self.submit(value, headers=[(signatures.HEADER, header)])

    async def outcome(self, selection_id: str = "sel-1", is_: str = "accepted") -> dict[str, Any]:
        """GET /selections once it is so."""
        return await self.running.when(
            f"/selections/{self.brand_id}/{selection_id}", lambda found: found["outcome"] == is_
        )

    async def order(self, selection_id: str = "sel-1") -> dict[str, Any]:
        """The one order of a selection."""
        (order,) = (await self.outcome(selection_id))["orders"]
        found: dict[str, Any] = order
        return found

    async def _say(self, topic: str, key: str, body: dict[str, Any]) -> None:
        self.revision += 1
        said = {**body, "brand_id": self.brand_id, "revision": self.revision}
        value = json.dumps(said).encode()
        await topics.publish(self.running.servers.kafka, [(topic, key.encode(), value, [])])


class OrderPlacement(OneService):
    """The running service and a client with the admin key."""

    def __init__(self, servers: Servers, environment: dict[str, str], folder: Path) -> None:
        port = free_port()
        self.others = Others()
        others = f"http://127.0.0.1:{self.others.port}"
        environment |= {
            "ORDER_PLACEMENT_PORT": str(port),
            "ORDER_PLACEMENT_WAIT_FOR_FACTS_S": "4",
            "GIFTSTREAM_CAMPAIGN_URL": others,
            "GIFTSTREAM_STORE_SYNC_URL": others,
        }
        super().__init__(servers, environment, module="order_placement", port=port, folder=folder)
        self.database = mongo.connect(servers.mongo, DATABASE)

    async def world(self, campaign: dict[str, Any] | None = None, **brand: Any) -> World:
        """A world of its own, known to the service."""
        return await World(self).all(campaign, **brand)

    async def key(self, world: World, *scopes: str) -> httpx.AsyncClient:
        """A client with a new key of the world's brand."""
        key = new_api_key()
        said = {"prefix": key.prefix, "sha256": key.sha256, "scopes": list(scopes)}
        await world.brand(api_keys=[said])
        await self.knows("brands", {"api_keys.prefix": key.prefix}, 1)
        return self.client(key.key)

    async def knows(self, collection: str, query: dict[str, Any], count: int) -> None:
        """Wait until so many documents are there."""

        async def there() -> bool:
            return await self.database[collection].count_documents(query) >= count

        await until(there, within_s=20.0, what=f"{count} of {query} in {collection}", every_s=0.05)

    async def when(self, path: str, holds: Any) -> dict[str, Any]:
        """The answer to GET once it is 200 and `holds`."""
        last: list[httpx.Response] = []

        async def so() -> bool:
            last[:] = [await self.http.get(path)]
            return last[0].status_code == 200 and bool(holds(last[0].json()))

        try:
            await until(so, within_s=20.0, what=path, every_s=0.05)
        except AssertionError:
            raise AssertionError(f"{path}: {last[0].text}\n{self.process.tail()}") from None
        found: dict[str, Any] = last[0].json()
        return found

    async def post(self, path: str, **body: Any) -> httpx.Response:
        """POST as the administrator."""
        return await self.http.post(path, json=body)
