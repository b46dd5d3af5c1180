"""One service: its database, its place on Kafka, its HTTP listeners, its periodic work.

A service's `app.py` names what it has; everything here is how that is started, served and ended.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import structlog
from aiokafka.errors import KafkaError
from fastapi import APIRouter, Depends, FastAPI
from prometheus_client import CollectorRegistry

from giftstream import crashpoints, logs, mongo
from giftstream.delivery import (
    Decode,
    Delivery,
    DeliveryMetrics,
    Parking,
    Periodic,
    Route,
    Subscriber,
    UseCase,
    Writer,
    decode_event,
)
from giftstream.events import Event
from giftstream.failures import NotStarted, WrongSetting
from giftstream.garbage import look_for_garbage_seldom
from giftstream.http.access import Access, FindKey
from giftstream.http.app import create_api
from giftstream.http.clients import InternalClient
from giftstream.http.health import Health
from giftstream.http.parameters import known_parameters
from giftstream.listeners import Listener, serve
from giftstream.lost_connections import said_as_such
from giftstream.outbox import Outbox
from giftstream.producer import Producer
from giftstream.sealing import Sealing
from giftstream.settings import ServiceSettings, load, refuse

log = structlog.get_logger()

SWEEP_EVERY_S = 5.0
REVIVE_EVERY_S = 5.0
# A batch may take its 20 s to end; the group learns of a member that cannot say goodbye.
STOP_DEADLINE_S = 25.0
LONGEST_REASON = 300

S = TypeVar("S", bound=ServiceSettings)


class Repository(Protocol):
    """Whoever owns the queries of one collection."""

    async def ensure_indexes(self) -> None:
        """Create what is missing; harmless when nothing is."""


def run(create: Callable[[S], "Service"], settings: type[S]) -> None:
    """A service from its environment to its end. Raises SystemExit(2) for a setting that cannot be
    used and SystemExit(3) where it cannot start, having said why."""
    try:
        service = create(load(settings))
    except WrongSetting as wrong:
        refuse([str(wrong)])
    service.run()


class Service:
    """Everything a giftstream service stands on, by name."""

    def __init__(self, name: str, settings: ServiceSettings) -> None:
        self.name = name
        self.settings = settings
        logs.configure(name, settings.log_level)
        said_as_such()
        crashpoints.arm(settings.crashpoint)
        self.registry = CollectorRegistry()
        self.metrics = DeliveryMetrics(self.registry)
        self.database = _database(settings, name)
        self.sealing = Sealing.from_file(settings.sealing_key_file)
        self.kafka = settings.cluster()
        self.producer = Producer(self.kafka, max_message_bytes=settings.max_message_bytes)
        self.outbox = Outbox(name, self.database, self.producer, self.sealing)
        self.health = Health(name, self.registry)
        self.access = Access(
            admin_key=_secret(settings.admin_key_file),
            service_tokens_file=settings.service_tokens_file,
        )
        self._routes: dict[str, Route] = {}
        self._repositories: list[Repository] = []
        self._periodics: list[Periodic] = []
        self._starts: list[Callable[[], Awaitable[None]]] = []
        self._stops: list[Callable[[], Awaitable[None]]] = []
        self._public: list[Listener] = []
        self.app = create_api(name, self.health)
        self.subscriber: Subscriber | None = None

    def repositories(self, *repositories: Repository) -> None:
        """Their indexes are made before anything else starts."""
        self._repositories += repositories

    def on(
        self, event: type[Event], use_case: UseCase[Any], decode: Decode[Any] | None = None
    ) -> None:
        """Records of this event's topic go to the use case; one use case may take several."""
        self._routes[event.topic] = Route(event.topic, use_case, decode or decode_event(event))

    @property
    def topics(self) -> tuple[str, ...]:
        """What it listens to."""
        return tuple(self._routes)

    def every(self, period_s: float, run: Callable[[], Awaitable[object]], name: str) -> Periodic:
        """Run this every so often for as long as the service lives."""
        periodic = Periodic(name, period_s, run, self.metrics)
        self._periodics.append(periodic)
        return periodic

    def serve(self, *routers: APIRouter) -> None:
        """Routes of the internal listener."""
        for router in routers:
            self.app.include_router(router, dependencies=[Depends(known_parameters)])

    def public(self, app: FastAPI, port: int) -> None:
        """A second listener, for the outside: no docs, no metrics, no probes on it."""
        self._public.append(Listener(app, self.settings.host, port))

    def internal(self, base_url: str) -> InternalClient:
        """A client for another service's /internal routes, with our own token."""
        client = InternalClient(base_url, self.access.token_of(self.name))
        self._stops.append(client.close)
        return client

    def keys_from(self, find_key: FindKey) -> None:
        """Where API keys are found by their prefix."""
        self.access.keys_from(find_key)

    def on_start(self, start: Callable[[], Awaitable[None]]) -> None:
        """Runs after MongoDB and the producer are there, before records and requests come."""
        self._starts.append(start)

    def on_stop(self, stop: Callable[[], Awaitable[None]]) -> None:
        """Runs when nothing comes in any more, before the database closes."""
        self._stops.append(stop)

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then end in order. Raises SystemExit(3), having said why,
        where it cannot start."""
        own = Listener(self.app, self.settings.host, self.settings.port)
        try:
            serve([own, *self._public], self._running())
        except NotStarted as missing:
            said = str(missing)
            log.error("service.not_started", service=self.name, message=said)  # noqa: TRY400  # a sentence
            raise SystemExit(3) from None

    def delivery(self) -> Delivery:
        """What the subscriber does with a batch; also for records that waited in a document."""
        return Delivery(
            self.name,
            self._routes,
            Writer(self.database),
            self.outbox,
            Parking(self.name, self.producer),
            self.metrics,
        )

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        await self._start()
        try:
            yield
        finally:
            await self._stop()

    async def _start(self) -> None:
        self.outbox_sweep = self.every(SWEEP_EVERY_S, self.outbox.sweep, "outbox.sweep")
        with _needed("MongoDB (GIFTSTREAM_MONGO)", mongo.PyMongoError):
            await mongo.ping(self.database)
            await asyncio.gather(*(one.ensure_indexes() for one in self._repositories))
            await self.outbox.ensure_indexes()
        with _needed("Kafka (GIFTSTREAM_KAFKA)", KafkaError):
            await self.producer.start()
        for start in self._starts:
            await start()
        self.health.check("mongo", lambda: mongo.ping(self.database))
        self.health.check("kafka", self.producer.ping)
        if self._routes:
            self.subscriber = Subscriber(
                self.name, self.kafka, self._routes, self.delivery(), self.metrics
            )
            with _needed("Kafka (GIFTSTREAM_KAFKA)", KafkaError):
                await self.subscriber.start()
            self.every(REVIVE_EVERY_S, self.subscriber.revive, "consumer.revive")
            self.health.check("consumer", self._consumes)
        for periodic in self._periodics:
            periodic.start()
        look_for_garbage_seldom()
        log.info("service.started", service=self.name, topics=sorted(self.topics))

    async def _stop(self) -> None:
        # All at once: each may need its whole deadline.
        await asyncio.gather(*(periodic.stop() for periodic in self._periodics))
        if self.subscriber is not None:
            await _within(STOP_DEADLINE_S, self.subscriber.stop())
        # In the reverse order: what was made first is used by what came after.
        for stop in reversed(self._stops):
            await stop()
        await self.outbox.drain()
        await self.producer.stop()
        mongo.close(self.database)
        log.info("service.stopped", service=self.name)

    async def _consumes(self) -> None:
        assert self.subscriber is not None
        if trouble := self.subscriber.progress.trouble:
            raise RuntimeError(trouble)


@contextmanager
def _needed(what: str, failure: type[Exception]) -> Iterator[None]:
    try:
        yield
    except failure as error:
        said = f"{type(error).__name__}: {error}"[:LONGEST_REASON]
        raise NotStarted(f"{what} cannot be used. {said}") from None


async def _within(deadline_s: float, ending: Awaitable[None]) -> None:
    try:
        async with asyncio.timeout(deadline_s):
            await ending
    except TimeoutError:
        log.warning("service.leaves", deadline_s=deadline_s)


def _database(settings: ServiceSettings, service: str) -> mongo.Database:
    name = "giftstream_" + service.replace("-", "_")
    try:
        return mongo.connect(settings.mongo.get_secret_value(), name)
    except mongo.PyMongoError as error:
        # What it says may quote the URI, with its password.
        raise WrongSetting(f"GIFTSTREAM_MONGO cannot be used ({type(error).__name__}).") from None


def _secret(path: Path) -> str:
    return path.read_text().strip()
