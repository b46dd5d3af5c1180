"""Many requests, one write: deliveries are inserted together, and each learns what became of it."""

import asyncio
from collections.abc import Callable

from giftstream.failures import Transient
from giftstream.logs import log
from giftstream.mongo import Document, PyMongoError

from store_sync.deliveries import Deliveries

QUEUE = 2000
GROUP = 500
INSERT_DEADLINE_S = 0.8
Waiting = tuple[Document, "asyncio.Future[None]"]


class GroupedInserts:
    """While one insert runs the next group gathers, so waiting adds nothing when it is quiet."""

    def __init__(self, deliveries: Deliveries, stored: Callable[[], None]) -> None:
        self._deliveries = deliveries
        self._stored = stored
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue(QUEUE)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run(), name="grouped_inserts")

    async def stop(self) -> None:
        """End; whoever still waits is told that nothing was stored."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=INSERT_DEADLINE_S)
        while not self._queue.empty():
            _fail([self._queue.get_nowait()])

    async def insert(self, document: Document) -> None:
        """Return when it is stored, and durable. Raises Transient when that is not certain."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((document, stored))
        except asyncio.QueueFull:
            raise Transient("too many webhooks wait to be stored") from None
        try:
            async with asyncio.timeout(INSERT_DEADLINE_S):
                await stored
        except TimeoutError:
            raise Transient("MongoDB did not store the webhook in time") from None

    async def _run(self) -> None:
        while True:
            group = [await self._queue.get()]
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
            _fail(group)
            return
        for place, (_, stored) in enumerate(group):
            if stored.done():
                continue
            if place in lost:
                stored.set_exception(Transient("MongoDB refused the webhook"))
            else:
                stored.set_result(None)
        self._stored()


def _fail(group: list[Waiting]) -> None:
    for _, stored in group:
        if not stored.done():
            stored.set_exception(Transient("MongoDB is away"))
