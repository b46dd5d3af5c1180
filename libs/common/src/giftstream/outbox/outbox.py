"""Publishes what documents hold, then pulls it; sweeps what a crash left behind."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog

from giftstream.clock import now
from giftstream.crashpoints import crashpoint
from giftstream.failures import Transient
from giftstream.mongo import ASCENDING, Database, IndexModel
from giftstream.outbox.held import Held
from giftstream.outbox.messages import Messages, Render
from giftstream.outbox.pulls import Pulls
from giftstream.producer import Producer
from giftstream.sealing import Sealing

log = structlog.get_logger()

SWEEP_PAGE = 500
PULLS_AT_ONCE = 4
# Nobody at the other end of a request should wait longer for Kafka.
FLUSH_SOON_S = 3.0
SWEEP_AFTER = timedelta(seconds=3)


class Outbox:
    """The way of every event from the document that holds it to its topic, at least once."""

    def __init__(
        self,
        source: str,
        database: Database,
        producer: Producer,
        sealing: Sealing,
        *,
        sweep_after: timedelta = SWEEP_AFTER,
    ) -> None:
        self._database = database
        self._producer = producer
        self._sweep_after = sweep_after
        self._messages = Messages(source, sealing)
        self._pull = Pulls(database, self._send_states)
        self._collections: set[str] = set()
        self._pulls: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(PULLS_AT_ONCE)

    def holds(self, *collections: str) -> None:
        """These collections have documents with an outbox; the sweeper looks there."""
        self._collections.update(collections)

    def renders(self, collection: str, topic: str, render: Render) -> None:
        """State markers of `topic` in `collection` are rendered by `render(document)`."""
        self.holds(collection)
        self._messages.renders(collection, topic, render)

    async def ensure_indexes(self) -> None:
        """A partial index each, so that finding what is pending costs nothing else."""
        pending = {"outbox.0": {"$exists": True}}
        index = IndexModel(
            [("outbox.0.at", ASCENDING)], name="outbox_pending", partialFilterExpression=pending
        )
        for name in sorted(self._collections):
            await self._database[name].create_indexes([index])

    async def publish(self, held: Sequence[Held]) -> None:
        """Publish these documents' entries from the head and pull them.

        Raises Transient when Kafka does not confirm: the entries stay for the sweeper.
        """
        if held:
            await self._send(held)
            await self._pull_all([one for one in held if one.stored])

    async def publish_now_pull_soon(self, held: Sequence[Held]) -> None:
        """As `publish`, but returns once the broker has confirmed: the caller's next work need not
        wait for the pull. What a crash or an outage leaves is sent again by the sweeper."""
        if not held:
            return
        await self._send(held)
        stored = [one for one in held if one.stored]
        if not stored:
            return
        await self._room.acquire()
        task = asyncio.create_task(self._pull_all(stored), name="outbox.pull")
        self._pulls.add(task)
        task.add_done_callback(self._pulled)

    async def drain(self) -> None:
        """Let the pulls under way end; at a shutdown, before the database closes."""
        if self._pulls:
            await asyncio.wait(self._pulls, timeout=FLUSH_SOON_S)

    async def flush(self, collection: str, ids: Sequence[Any]) -> None:
        """Publish and pull whatever these documents hold now. Raises Transient as `publish`."""
        query = {"_id": {"$in": list(ids)}, "outbox.0": {"$exists": True}}
        documents = self._database[collection].find(query).hint("_id_")
        await self.publish([Held.of(collection, one) async for one in documents])

    async def flush_soon(self, collection: str, ids: Sequence[Any]) -> None:
        """As `flush`, but never raises and never takes long: the change is stored with its events,
        so Kafka being away is no failure of it, and the sweeper sends what is left."""
        try:
            async with asyncio.timeout(FLUSH_SOON_S):
                await self.flush(collection, ids)
        except (Transient, TimeoutError) as error:
            log.warning("outbox.waits", collection=collection, error=type(error).__name__)

    async def sweep(self) -> int:
        """Publish what has been waiting for some seconds; returns how many documents did."""
        swept = 0
        await self._pull.settle()
        before = now() - self._sweep_after
        for name in sorted(self._collections):
            # The index is used only when the query repeats its partial filter.
            query = {"outbox.0": {"$exists": True}, "outbox.0.at": {"$lt": before}}
            documents = self._database[name].find(query).limit(SWEEP_PAGE)
            held = [Held.of(name, one) async for one in documents]
            await self.publish(held)
            swept += len(held)
        return swept

    async def pending(self) -> int:
        """How many documents wait to be published: 0 at rest."""
        query = {"outbox.0": {"$exists": True}}
        return sum([await self._database[c].count_documents(query) for c in self._collections])

    async def _send(self, held: Sequence[Held]) -> None:
        crashpoint("outbox.before_send")
        await self._producer.publish(list(self._messages.of(held)))
        await self._newest_of([one for one in held if not one.stored])
        crashpoint("outbox.sent")

    async def _newest_of(self, held: Sequence[Held]) -> None:
        """What records hold, not documents: the newest state of those that are to be told, and of
        those that moved on since they were inserted. Somebody may have published that before our
        older one, and compaction keeps the last."""
        for collection in dict.fromkeys(one.collection for one in held):
            mine = {one.id: one for one in held if one.collection == collection}
            inserted = [one.id for one in mine.values() if one.document is not None]
            told = [one.id for one in mine.values() if one.document is None]
            query = {
                "$or": [{"_id": {"$in": inserted}, "version": {"$gt": 1}}, {"_id": {"$in": told}}]
            }
            documents = self._database[collection].find(query).hint("_id_")
            again = [mine[one["_id"]]._replace(document=one) async for one in documents]
            if again:
                await self._send_states(again)
                await self._pull.follow(collection, again)

    async def _send_states(self, held: Sequence[Held]) -> None:
        await self._producer.publish(list(self._messages.states_of(held)))

    async def _pull_all(self, held: Sequence[Held]) -> None:
        await self._pull(held)
        crashpoint("outbox.pulled")

    def _pulled(self, task: asyncio.Task[None]) -> None:
        self._pulls.discard(task)
        self._room.release()
        if not task.cancelled() and (error := task.exception()):
            log.warning("outbox.pull_left", error=type(error).__name__)
