"""Delivers webhooks in the background and repeats what failed; pending ones survive a restart."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import httpx

from simulator.clock import now_s
from simulator.database import Database, Document
from simulator.ledger import Ledger
from simulator.webhooks.chaos import Chaos

TIMEOUT = httpx.Timeout(5.0, connect=1.0)
TOTAL_S = 5.0
AT_ONCE = 64
IDLE_S = 30.0

log = logging.getLogger("simulator.webhooks")


@dataclass(frozen=True, slots=True)
class Notice:
    """One signed request to one subscriber. `key` names it on every repeat."""

    key: str
    store: str
    subscription: str
    topic: str
    uri: str
    headers: dict[str, str]
    body: str
    about: str | None
    mark: str | None


class Courier:
    """A heap of what is due; at most 64 requests at once, each with the vendor's deadline."""

    def __init__(
        self, database: Database, ledger: Ledger, chaos: Chaos, retries_s: tuple[float, ...]
    ) -> None:
        self._database, self._ledger, self._chaos = database, ledger, chaos
        self._retries_s = retries_s
        self._due: list[tuple[float, int, Document]] = []
        self._order = itertools.count()
        self._wake = asyncio.Event()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._arrived: dict[str, float] = {}
        self._running: set[asyncio.Task[None]] = set()
        self.on_given_up: Callable[[str, str], bool] = lambda _store, _subscription: False
        for _, _, delivery in database.load("delivery"):
            self._push(delivery)

    def send(self, notice: Notice) -> None:
        """Accepts one webhook; a store's chaos decides how often and when it goes out."""
        pauses = self._chaos.pauses_s(notice.store)
        if not pauses:
            detail = {
                "topic": notice.topic,
                "attempt": 0,
                "answer": "dropped",
                "uri": notice.uri,
                "webhook_id": notice.key,
            }
            self._ledger.record(notice.store, "webhook", notice.about, notice.mark, detail)
        for pause in pauses:
            delivery = {
                "id": uuid.uuid4().hex,
                "key": notice.key,
                "store": notice.store,
                "subscription": notice.subscription,
                "topic": notice.topic,
                "uri": notice.uri,
                "headers": notice.headers,
                "body": notice.body,
                "about": notice.about,
                "mark": notice.mark,
                "attempt": 0,
                "due": now_s() + pause,
            }
            self._keep(delivery)
            self._push(delivery)

    def forget(self, store: str) -> None:
        """Drops what is pending for a store that is closed."""
        for _, _, delivery in self._due:
            if delivery["store"] == store:
                self._done(delivery)
        self._due = [item for item in self._due if item[2]["store"] != store]
        heapq.heapify(self._due)

    async def run(self) -> None:
        """Until cancelled."""
        async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
            try:
                while True:
                    await self._next(client)
            finally:
                for task in self._running:
                    task.cancel()

    async def _next(self, client: httpx.AsyncClient) -> None:
        pause = min(self._due[0][0] - now_s(), IDLE_S) if self._due else IDLE_S
        if pause > 0:
            self._wake.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)
            return
        await self._slots.acquire()
        if not self._due:
            # The store was closed while all slots were taken.
            self._slots.release()
            return
        _, _, delivery = heapq.heappop(self._due)
        task = asyncio.create_task(self._attempt(client, delivery))
        self._running.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._slots.release()

    async def _attempt(self, client: httpx.AsyncClient, delivery: Document) -> None:
        delivery["attempt"] += 1
        answer = await _post(client, delivery)
        self._note(delivery, answer)
        delivery.setdefault("failing_since", now_s())
        if isinstance(answer, int) and 200 <= answer < 300:
            self._arrived[delivery["subscription"]] = now_s()
            self._done(delivery)
        elif delivery["attempt"] <= len(self._retries_s):
            delivery["due"] = now_s() + self._retries_s[delivery["attempt"] - 1]
            self._keep(delivery)
            self._push(delivery)
        else:
            self._done(delivery)
            # Only failures in a row count: something else may have arrived meanwhile.
            arrived = self._arrived.get(delivery["subscription"], 0)
            if arrived < delivery["failing_since"] and self._give_up(delivery):
                self._note(delivery, "subscription removed")
        self._database.commit()

    def _give_up(self, delivery: Document) -> bool:
        return self.on_given_up(delivery["store"], delivery["subscription"])

    def _note(self, delivery: Document, answer: int | str) -> None:
        detail = {
            "topic": delivery["topic"],
            "attempt": delivery["attempt"],
            "answer": answer,
            "uri": delivery["uri"],
            "webhook_id": delivery["key"],
        }
        self._ledger.record(
            delivery["store"], "webhook", delivery["about"], delivery["mark"], detail
        )

    def _push(self, delivery: Document) -> None:
        heapq.heappush(self._due, (delivery["due"], next(self._order), delivery))
        self._wake.set()

    def _keep(self, delivery: Document) -> None:
        self._database.put("", "delivery", delivery["id"], delivery)

    def _done(self, delivery: Document) -> None:
        self._database.delete("", "delivery", delivery["id"])


async def _post(client: httpx.AsyncClient, delivery: Document) -> int | str:
    """The status, or in words why there was none."""
    try:
        async with asyncio.timeout(TOTAL_S):
            response = await client.post(
                delivery["uri"], content=delivery["body"].encode(), headers=delivery["headers"]
            )
            return response.status_code
    except TimeoutError:
        return "no answer within 5 s"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return type(error).__name__
