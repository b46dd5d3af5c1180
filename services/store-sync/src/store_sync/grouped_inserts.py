"""Many requests, one write: deliveries are inserted together, and each learns what became of it."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from giftstream.failures import Transient
from giftstream.logs import log
from giftstream.mongo import Document, PyMongoError

from store_sync.deliveries import Deliveries

QUEUE = 2000
GROUP = 500
INSERT_DEADLINE_S = 0.8
EXPIRE_EVERY_S = 0.05
# Deliveries are taken in batches too: being told of each would cost more than taking them.
TELL_AFTER_S = 0.1
# An insert of one costs as much as one of thirty; nobody notices a few milliseconds.
GATHER_S = 0.004
Waiting = tuple[Document, "asyncio.Future[None]"]


class GroupedInserts:
    """A group is what comes within a few milliseconds, and while the insert before it runs."""

    def __init__(self, deliveries: Deliveries, stored: Callable[[], None]) -> None:
        self._deliveries = deliveries
        self._stored = stored
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue(QUEUE)
        self._since: deque[tuple[float, asyncio.Future[None]]] = deque()
        self._telling: asyncio.TimerHandle | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to write."""
        self._tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._expire())]

    async def stop(self) -> None:
        """End; whoever still waits is told that nothing was stored."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=INSERT_DEADLINE_S)
        if self._telling is not None:
            self._telling.cancel()
        for _, stored in self._since:
            _fail(stored)

    async def insert(self, document: Document) -> None:
        """Return when it is stored, and durable. Raises Transient when that is not certain."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((document, stored))
        except asyncio.QueueFull:
            raise Transient("too many webhooks wait to be stored") from None
        # One watch over all, since a timer for each request would cost more than its insert.
        self._since.append((time.monotonic(), stored))
        await stored

    async def _expire(self) -> None:
        while True:
            await asyncio.sleep(EXPIRE_EVERY_S)
            late = time.monotonic() - INSERT_DEADLINE_S
            while self._since and (self._since[0][1].done() or self._since[0][0] < late):
                _fail(self._since.popleft()[1])

    async def _run(self) -> None:
        while True:
            group = [await self._queue.get()]
            await asyncio.sleep(GATHER_S)
            while len(group) < GROUP and not self._queue.empty():
                group.append(self._queue.get_nowait())
            # Whoever gave up meanwhile has answered 503: the store sends it again.
            group = [one for one in group if not one[1].done()]
            if group:
                await self._write(group)

    async def _write(self, group: list[Waiting]) -> None:
        try:
            async with asyncio.timeout(INSERT_DEADLINE_S):
                lost = await self._deliveries.add([document for document, _ in group])
        except (PyMongoError, TimeoutError) as error:
            log.warning("hook.not_stored", count=len(group), error=type(error).__name__)
            lost = set(range(len(group)))
        for place, (_, stored) in enumerate(group):
            if place in lost:
                _fail(stored)
            elif not stored.done():
                stored.set_result(None)
        if self._telling is None:
            loop = asyncio.get_running_loop()
            self._telling = loop.call_later(TELL_AFTER_S, self._tell)

    def _tell(self) -> None:
        self._telling = None
        self._stored()


def _fail(stored: "asyncio.Future[None]") -> None:
    if not stored.done():
        stored.set_exception(Transient("MongoDB did not store the webhook in time"))
