"""Work that comes round by itself: drive the lanes, sweep the outbox, read what is due."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from giftstream.delivery.metrics import DeliveryMetrics
from giftstream.failures import Transient
from giftstream.mongo import is_transient

log = structlog.get_logger()

STOP_DEADLINE_S = 20.0


class Periodic:
    """Runs one callable every `period_s` seconds, or sooner when woken; never beside itself."""

    def __init__(
        self,
        name: str,
        period_s: float,
        run: Callable[[], Awaitable[object]],
        metrics: DeliveryMetrics,
    ) -> None:
        self.name = name
        self._period_s = period_s
        self._run = run
        self._metrics = metrics
        self._woken = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def soon(self) -> None:
        """Run at once instead of at the end of the period."""
        self._woken.set()

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._loop(), name=self.name)

    async def stop(self) -> None:
        """Let the current run end within its deadline, then cancel it."""
        self._stopping = True
        self._woken.set()
        if self._task is None:
            return
        _, late = await asyncio.wait([self._task], timeout=STOP_DEADLINE_S)
        if late:
            self._task.cancel()

    async def _loop(self) -> None:
        while not self._stopping:
            self._woken.clear()
            await self._once()
            if self._stopping:
                return
            try:
                async with asyncio.timeout(self._period_s):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _once(self) -> None:
        try:
            await self._run()
        except Exception as error:
            self._metrics.task_failed(self.name)
            if isinstance(error, Transient) or is_transient(error):
                log.warning("task.waits", task=self.name, error=type(error).__name__)
            else:
                log.exception("task.failed", task=self.name)
