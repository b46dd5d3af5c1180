"""notification as a process on real servers, with a real mail inbox beside it.

order-placement and campaign answer as their internal routes would.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Response
from giftstream import mongo
from giftstream.clock import now
from giftstream.events import Event, OrderChanged, OrderLine, Reason, Shipment, StoreOrder, encode
from giftstream.identity import event_identity, new_id
from giftstream.kafka import Kafka
from giftstream.topics import apply
from localstack.inbox.faults import Fault, Faults, Verb
from localstack.inbox.mails import Mail, Mails
from localstack.inbox.smtp import serve_smtp
from localstack.servers import Servers
from support import topics
from support.fresh import servers  # noqa: F401
from support.ports import free_port
from support.processes import Process
from support.secrets import shared_environment
from support.waiting import until

IN_STORE = StoreOrder(platform="shopify", id="5", number="#1001")
PARCEL = Shipment(
    shipment_id="f-1",
    carrier="DHL",
    tracking_number="JJD1",
    tracking_url="https://track.example/JJD1",
    status="in_transit",
)
RECEIVED = {"selection_received": "sent"}
PLACED = {**RECEIVED, "order_placed": "sent"}
ARRIVED = {"order_placed": "sent", "order_delivered": "sent", "brand_order_delivered": "sent"}
"""What is told when an order is heard of in this state first."""

DATABASE = "giftstream_notification"
LEASE_S = 4.0


class People:
    """The internal routes of order-placement and campaign in one application."""

    def __init__(self) -> None:
        self.recipients: dict[str, dict[str, Any]] = {}
        self.contacts: dict[str, list[str]] = {}
        self.away = False
        self.port = free_port()
        app = FastAPI()

        @app.get("/internal/orders/{order_id}/recipient", response_model=None)
        async def recipient(order_id: str) -> dict[str, Any] | Response:
            return self._answer(self.recipients.get(order_id))

        @app.get("/internal/brands/{brand_id}/contacts", response_model=None)
        async def contacts(brand_id: str) -> dict[str, Any] | Response:
            found = self.contacts.get(brand_id)
            return self._answer(None if found is None else {"contacts": found})

        config = uvicorn.Config(app, port=self.port, log_level="error", lifespan="off")
        self.server = uvicorn.Server(config)

    def _answer(self, found: dict[str, Any] | None) -> dict[str, Any] | Response:
        if self.away:
            return Response("{}", 503, media_type="application/json")
        return found if found is not None else Response("{}", 404, media_type="application/json")


class Notification:
    """The running service and the world around it."""

    def __init__(self, servers: Servers, folder: Path, smtp_port: int, mails: Mails) -> None:
        self.servers = servers
        self.people = People()
        self.mails = mails
        self.faults = Faults()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        others = f"http://127.0.0.1:{self.people.port}"
        environment = shared_environment(folder, servers.kafka, servers.mongo) | {
            "NOTIFICATION_PORT": str(self.port),
            "NOTIFICATION_SMTP": f"127.0.0.1:{smtp_port}",
            "NOTIFICATION_SMTP_TIMEOUT_S": "0.35",
            "NOTIFICATION_LEASE_S": str(LEASE_S),
            "NOTIFICATION_RETRY_S": "0.2",
            "NOTIFICATION_GIVE_UP_AFTER_S": "8",
            "NOTIFICATION_STORE_SETTLES_S": "1",
            "GIFTSTREAM_ORDER_PLACEMENT_URL": others,
            "GIFTSTREAM_CAMPAIGN_URL": others,
        }
        self.process = Process(["-m", "notification"], environment, folder / "notification.log")
        self.admin_key = Path(environment["GIFTSTREAM_ADMIN_KEY_FILE"]).read_text()
        self.database = mongo.connect(servers.mongo, DATABASE)

    async def start(self, **extra: str) -> None:
        """Start it and wait until it is ready."""
        await self.process.start(**extra)
        await self.process.ready(self.url)

    def fails(self, verb: Verb, fault: str, times: int = 1) -> None:
        """The mail server does this from now on."""
        self.faults.set(Fault(verb=verb, fault=fault, times=times))

    async def tell(self, *events: Event) -> None:
        """Publish events as their owners would."""
        await topics.publish(
            self.servers.kafka, [(e.topic, e.key().encode(), encode(e), []) for e in events]
        )

    async def messages(self, key: str | None = None, **query: str) -> list[dict[str, Any]]:
        """`GET /messages`, as the administrator or with another key."""
        headers = {"Authorization": f"Bearer {key or self.admin_key}"}
        async with httpx.AsyncClient(trust_env=False, headers=headers) as http:
            answer = await http.get(f"{self.url}/messages", params=query)
            answer.raise_for_status()
            items: list[dict[str, Any]] = answer.json()["items"]
            return items

    async def call(
        self, method: str, path: str, body: Any = None, key: str | None = None, **headers: str
    ) -> httpx.Response:
        """Any route, as the administrator or with another key."""
        headers = {"Authorization": f"Bearer {key or self.admin_key}"} | headers
        async with httpx.AsyncClient(trust_env=False, headers=headers) as http:
            return await http.request(method, f"{self.url}{path}", json=body)

    async def becomes(self, order: "Order", **statuses: str) -> list[dict[str, Any]]:
        """Wait until the order has exactly these messages, each with its status."""
        found: dict[str, str] = {}
        messages: list[dict[str, Any]] = []

        async def stand() -> bool:
            messages[:] = await self.messages(order_id=order.id)
            found.clear()
            found.update({one["template"]: one["status"] for one in messages})
            return found == statuses and len(messages) == len(statuses)

        try:
            await until(stand, within_s=30, what=f"messages {statuses}")
        except AssertionError as error:
            raise AssertionError(f"{error}; they are {found}\n{self.process.tail()}") from error
        return messages

    def mails_to(self, address: str) -> list[Mail]:
        """What arrived there, oldest first."""
        return self.mails.find(to=address, subject=None, after="", limit=1000)


class Order:
    """One order of a test, with people of its own."""

    def __init__(self, world: Notification) -> None:
        self.id = new_id()
        self.brand_id = f"brand-{self.id[:8]}"
        self.creator = f"creator-{self.id[:8]}@example.com"
        self.contact = f"brand-{self.id[:8]}@example.com"
        world.people.recipients[self.id] = {"name": "Ana", "email": self.creator}
        world.people.contacts[self.brand_id] = [self.contact]

    def is_now(
        self, sequence: int, status: str, codes: tuple[str, ...] = (), **fields: Any
    ) -> OrderChanged:
        """The order as order-placement would tell of it."""
        moment = now()
        if status in ("placed", "in_transit", "delivered", "cancelled"):
            fields.setdefault("placed_at", moment)
            fields.setdefault("store_order", IN_STORE)
        if status == "in_transit":
            fields.setdefault("shipments", (PARCEL,))
        if status == "delivered":
            fields.setdefault("delivered_at", moment)
        return OrderChanged(
            event_id=event_identity(self.id, "order.changed", sequence),
            occurred_at=moment,
            order_id=self.id,
            selection_id="sel-1",
            brand_id=self.brand_id,
            campaign_id="spring",
            creator_id="cr-77",
            sequence=sequence,
            status=status,
            reasons=tuple(Reason(code=code, detail=f"About {code}.") for code in codes),
            lines=(OrderLine(title="Tee, blue", quantity=2),),
            submitted_at=moment,
            **fields,
        )


@asynccontextmanager
async def _running(world: Notification) -> AsyncIterator[None]:
    serving = asyncio.create_task(world.people.server.serve())
    try:
        await world.start()
        yield
    finally:
        await world.process.end()
        world.people.server.should_exit = True
        await serving
        mongo.close(world.database)


@pytest.fixture(scope="package")
async def notification(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Notification]:
    """One service for all tests: each has orders of its own."""
    folder = tmp_path_factory.mktemp("notification")
    await apply(Kafka(servers.kafka))
    smtp_port, mails = free_port(), Mails(folder / "mails")
    world = Notification(servers, folder, smtp_port, mails)
    smtp = await serve_smtp(mails, world.faults, smtp_port)
    async with _running(world):
        yield world
    smtp.close()


@pytest.fixture
async def order(notification: Notification) -> AsyncIterator[Order]:
    """A new order; the mail server behaves again afterwards."""
    yield Order(notification)
    notification.faults.clear()
    notification.people.away = False


@pytest.fixture
async def said(notification: Notification) -> Any:
    """`await said(topic, order)`: the events on that topic about this order."""

    async def about(topic: str, order: Order) -> list[dict[str, Any]]:
        records = await topics.read_all(notification.servers.kafka, topic)
        bodies = [json.loads(record.value or b"{}") for record in records]
        return [body for body in bodies if body.get("order_id") == order.id]

    return about
