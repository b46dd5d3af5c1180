"""A counting service as a process, its topics, and what must be true of it at the end."""

import asyncio
import json
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from giftstream import mongo
from localstack.servers import Servers
from support import topics
from support.fresh import servers  # noqa: F401
from support.ports import free_port
from support.processes import Process
from support.secrets import shared_environment
from support.waiting import until

SERVICE = str(Path(__file__).with_name("counting_service.py"))
NO_HEADERS: list[tuple[str, bytes]] = []


@dataclass
class Counting:
    """The service under test and the records it was given."""

    servers: Servers
    suffix: str
    folder: Path
    members: list[Process] = field(default_factory=list)
    expected: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)

    @property
    def moved(self) -> str:
        return f"test.moved.{self.suffix}"

    async def member(self, crashpoint: str = "", kafka: str = "") -> Process:
        """One more member of the group, ready."""
        brokers = kafka or self.servers.kafka
        environment = shared_environment(self.folder, brokers, self.servers.mongo)
        port = free_port()
        environment |= {"COUNTING_SUFFIX": self.suffix, "COUNTING_PORT": str(port)}
        process = Process([SERVICE], environment, self.folder / f"{len(self.members)}.log")
        self.members.append(process)
        await process.start(GIFTSTREAM_CRASHPOINT=crashpoint)
        if not crashpoint:
            await process.ready(f"http://127.0.0.1:{port}")
        return process

    def step(self, name: str, amount: int = 1) -> tuple[str, bytes, bytes, list]:
        """The next good record of a key."""
        self.steps[name] += 1
        self.expected[name] += amount
        return self.moved, name.encode(), self.body(name, self.steps[name], amount), NO_HEADERS

    def body(self, name: str, number: int, amount: int, **more: object) -> bytes:
        """A record's value."""
        return json.dumps(
            {
                "event_id": str(uuid.uuid4()),
                "occurred_at": "2026-01-01T00:00:00Z",
                "name": name,
                "number": number,
                "amount": amount,
                **more,
            }
        ).encode()

    async def publish(self, records: list) -> None:
        await topics.publish(self.servers.kafka, records)

    async def totals(self) -> dict[str, int]:
        """What the service has counted so far."""
        database = self.database()
        try:
            return {one["_id"]: one["total"] async for one in database["counts"].find()}
        finally:
            mongo.close(database)

    def database(self) -> mongo.Database:
        return mongo.connect(self.servers.mongo, f"giftstream_counting_{self.suffix}")

    async def settled(self, within_s: float = 60.0) -> None:
        """Every record committed, every outbox empty."""

        async def committed() -> bool:
            group = f"counting-{self.suffix}"
            return await topics.lag(self.servers.kafka, group, self.moved) == 0

        async def published() -> bool:
            database = self.database()
            try:
                return not await database["counts"].count_documents({"outbox.0": {"$exists": True}})
            finally:
                mongo.close(database)

        await until(committed, within_s=within_s, what="all records committed", every_s=0.3)
        await until(published, within_s=30.0, what="every outbox empty", every_s=0.3)

    async def check(self) -> None:
        """The effects equal exactly those of a run without faults."""
        assert await self.totals() == dict(self.expected)
        counted = await topics.read_all(self.servers.kafka, f"test.counted.{self.suffix}")
        told = {(body["name"], body["number"]) for r in counted if (body := json.loads(r.value))}
        assert told == {(name, n) for name, last in self.steps.items() for n in range(1, last + 1)}
        states = await topics.read_all(self.servers.kafka, f"test.total_changed.{self.suffix}")
        newest = {json.loads(r.value)["name"]: json.loads(r.value)["amount"] for r in states}
        assert newest == dict(self.expected)

    async def dead_letters(self) -> list:
        """What was parked."""
        return await topics.read_all(self.servers.kafka, f"{self.moved}.dlq")


@pytest.fixture
async def counting(servers: Servers, tmp_path: Path) -> AsyncIterator[Counting]:
    """A fresh group on fresh topics."""
    one = Counting(servers, uuid.uuid4().hex[:8], tmp_path)
    compacted = {"cleanup.policy": "compact"}
    await topics.create(
        servers.kafka,
        {
            one.moved: {"max.message.bytes": str(2 * 1024 * 1024)},
            f"{one.moved}.dlq": {"max.message.bytes": str(2 * 1024 * 1024 + 65536)},
            f"test.counted.{one.suffix}": {},
            f"test.total_changed.{one.suffix}": compacted,
            f"test.note_changed.{one.suffix}": compacted,
        },
    )
    yield one
    await asyncio.gather(*(member.end() for member in one.members))
    database = one.database()
    await database.client.drop_database(database.name)
    mongo.close(database)
