"""The edge without a network: what it answers when storing fails, hangs or overflows."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Self

from giftstream.clock import now
from giftstream.mongo import Document, PyMongoError
from giftstream.sealing import Sealing
from giftstream_platforms.shopify.signatures import webhook_signature
from prometheus_client import CollectorRegistry
from store_sync.api.webhooks import WebhookEdge
from store_sync.grouped_inserts import GroupedInserts
from store_sync.hook_ring import Hook
from store_sync.receive_webhook import ReceiveWebhook
from store_sync.secrets_of import hook_hash

SECRET, TOKEN = "secret", "the-token"


class Ring:
    """One known connection."""

    def find(self, token_hash: str) -> Hook | None:
        return Hook("s1", "b1", (SECRET,)) if token_hash == hook_hash(TOKEN) else None

    def of_shop(self, shop: str) -> tuple[Hook, ...]:
        return ()


class Kept:
    """Deliveries in memory that may fail as MongoDB does."""

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.fails: BaseException | None = None
        self.lost: set[int] = set()
        self.gate = asyncio.Event()
        self.gate.set()

    async def add(self, deliveries: Sequence[Document]) -> set[int]:
        self.groups.append(len(deliveries))
        await self.gate.wait()
        if self.fails is not None:
            raise self.fails
        return self.lost


async def ask(edge: WebhookEdge, raw: bytes = b"{}", token: str = TOKEN) -> int:
    """The status of one signed request."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/webhooks/{token}",
        "headers": [(b"x-shopify-hmac-sha256", webhook_signature(SECRET, raw))],
    }
    sent: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": raw, "more_body": False}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            sent.append(int(str(message["status"])))

    await edge(scope, receive, send)  # type: ignore[arg-type]  # the same shapes, less exact
    return sent[0]


class Running:
    """An edge with its writer, ended at the end."""

    def __init__(self) -> None:
        self.kept, self.woken = Kept(), 0
        self.inserts = GroupedInserts(self.kept, self._wake)  # type: ignore[arg-type]  # a fake
        sealing = Sealing({"k": b"x" * 32})
        receive = ReceiveWebhook(Ring(), self.inserts, sealing)
        self.edge = WebhookEdge(receive, CollectorRegistry())

    def _wake(self) -> None:
        self.woken += 1

    async def __aenter__(self) -> Self:
        await self.inserts.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.inserts.stop()


async def test_many_requests_are_few_writes() -> None:
    async with Running() as running:
        statuses = await asyncio.gather(*(ask(running.edge) for _ in range(400)))
        assert set(statuses) == {200}
        assert len(running.kept.groups) < 20
        assert sum(running.kept.groups) == 400


async def test_nobody_is_told_200_for_what_was_not_stored() -> None:
    async with Running() as running:
        running.kept.fails = PyMongoError("away")
        assert await ask(running.edge) == 503
        running.kept.fails = None
        running.kept.lost = {0}
        assert await ask(running.edge) == 503
        running.kept.lost = set()
        assert await ask(running.edge) == 200


async def test_a_database_that_hangs_is_503_within_a_second_and_forgotten_afterwards() -> None:
    async with Running() as running:
        running.kept.gate.clear()
        begun = time.monotonic()
        assert set(await asyncio.gather(*(ask(running.edge) for _ in range(50)))) == {503}
        assert time.monotonic() - begun < 1.0
        running.kept.gate.set()
        assert await ask(running.edge) == 200


async def test_a_full_queue_sheds_load_at_once() -> None:
    async with Running() as running:
        running.kept.gate.clear()
        statuses = await asyncio.gather(*(ask(running.edge) for _ in range(3000)))
        assert set(statuses) == {503}


async def test_an_unknown_token_is_401_whatever_signs_it() -> None:
    async with Running() as running:
        assert await ask(running.edge, token="another") == 401
        assert running.kept.groups == []


async def test_ending_tells_those_who_wait() -> None:
    running = Running()
    await running.inserts.start()
    running.kept.gate.clear()
    asking = [asyncio.create_task(ask(running.edge)) for _ in range(3)]
    await asyncio.sleep(0.05)
    await running.inserts.stop()
    assert set(await asyncio.gather(*asking)) == {503}


def test_a_replaced_secret_holds_until_its_time_and_no_longer() -> None:
    soon, past = now() + timedelta(minutes=1), now() - timedelta(seconds=1)
    assert Hook("s", "b", ("new", "old"), soon).valid_secrets() == ("new", "old")
    assert Hook("s", "b", ("new", "old"), past).valid_secrets() == ("new",)
