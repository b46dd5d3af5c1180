"""Work on many stores at once, so that a slow or dead one delays no other."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable

from giftstream.logs import log

MOST_AT_ONCE = 256
STOP_DEADLINE_S = 10.0


class StoreTasks:
    """At most one task a store, and at most so many in all.

    A task's own error ends that task alone: it is logged as `<name>.failed`, and `failed` is told
    the store. Who found no room goes before the others the next time.
    """

    def __init__(
        self,
        name: str,
        *,
        at_once: int = MOST_AT_ONCE,
        failed: Callable[[str], None] | None = None,
        stop_deadline_s: float = STOP_DEADLINE_S,
    ) -> None:
        self._name = name
        self._at_once = at_once
        self._failed = failed
        self._stop_deadline_s = stop_deadline_s
        self._running: dict[str, asyncio.Task[None]] = {}
        self._left: list[str] = []
        self._stopped = False

    def free(self, store_ids: Iterable[str]) -> list[str]:
        """Which of these stores have no task now."""
        return [one for one in store_ids if one not in self._running]

    def begin(
        self, store_ids: Iterable[str], work: Callable[[str], Coroutine[object, object, None]]
    ) -> None:
        """Start `work(store_id)` for each that has no task, while there is room; never waits."""
        if self._stopped:
            return
        due = dict.fromkeys(self.free(store_ids))
        # A store that is always due would otherwise keep out those that are named after it.
        first = [one for one in self._left if one in due]
        in_turn = list(dict.fromkeys([*first, *due]))
        room = max(self._at_once - len(self._running), 0)
        self._left = in_turn[room:]
        for store_id in in_turn[:room]:
            task = asyncio.create_task(work(store_id), name=store_id)
            self._running[store_id] = task
            task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Cancel what runs and await its end within a deadline; nothing begins after that."""
        self._stopped = True
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=self._stop_deadline_s)

    def _ended(self, task: asyncio.Task[None]) -> None:
        store_id = task.get_name()
        self._running.pop(store_id, None)
        if task.cancelled() or (error := task.exception()) is None:
            return
        log.error(f"{self._name}.failed", store_id=store_id, exc_info=error)
        if self._failed is not None:
            self._failed(store_id)
