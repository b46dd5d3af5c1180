"""Polls each connected store when it is due; a slow one delays nobody else."""

from collections.abc import Callable
from datetime import timedelta

from giftstream.clock import now
from giftstream.failures import Transient
from giftstream.logs import log
from giftstream.mongo import Document
from giftstream.store_tasks import StoreTasks
from giftstream_platforms.failures import AccessLost, StoreRefused

from store_sync.connected_stores import ConnectedStores
from store_sync.lose_access import LoseAccess
from store_sync.poll_store import PollStore
from store_sync.polls import Polls
from store_sync.store import Stores

RETRY_S = 30.0


class DrivePolls:
    """One task a store while it is being polled."""

    def __init__(
        self,
        connected: ConnectedStores,
        polls: Polls,
        stores: Stores,
        poll_store: PollStore,
        lose_access: LoseAccess,
        woken: Callable[[], None],
        *,
        every_s: float,
        lease_s: float,
    ) -> None:
        self._connected = connected
        self._polls = polls
        self._stores = stores
        self._poll_store = poll_store
        self._lose_access = lose_access
        self._woken = woken
        self._retry = timedelta(seconds=min(RETRY_S, every_s))
        self._lease_s = lease_s
        self._tasks = StoreTasks("poll")
        self._begun: set[str] = set()

    async def __call__(self) -> None:
        """Start what is due."""
        connections = await self._connected.now()
        for store_id in connections.keys() - self._begun:
            # An hour back, so that the first round overlaps with whatever was placed before.
            began_at = connections[store_id]["created_at"] - timedelta(hours=1)
            await self._polls.begin(store_id, began_at)
            self._begun.add(store_id)
        due = await self._polls.due(self._tasks.free(connections))
        self._tasks.begin(due, lambda store_id: self._poll(connections[store_id]))

    async def stop(self) -> None:
        """Cancel what runs: the saved page is where the next begins."""
        await self._tasks.stop()

    async def _poll(self, connection: Document) -> None:
        store_id = connection["_id"]
        claimed = await self._polls.claim(store_id, self._lease_s)
        if claimed is None:
            return
        try:
            if await self._poll_store(claimed, self._stores.of(connection)):
                self._woken()
        except AccessLost as lost:
            await self._polls.end(claimed, now())
            await self._lose_access(connection, lost)
        except (Transient, StoreRefused) as error:
            log.warning("poll.waits", store_id=store_id, error=type(error).__name__)
            await self._polls.end(claimed, now() + self._retry)
