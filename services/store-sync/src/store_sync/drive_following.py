"""Reads due orders, each store at its own pace: a slow or dead one delays nobody else."""

import asyncio
import time
from datetime import timedelta

from giftstream.clock import now
from giftstream.failures import Transient
from giftstream.logs import log
from giftstream.mongo import Document, PyMongoError
from giftstream.store_tasks import StoreTasks
from giftstream_platforms.failures import AccessLost, StoreRefused

from store_sync.connected_stores import ConnectedStores
from store_sync.follow_order import FollowOrder
from store_sync.followed_orders import FollowedOrders
from store_sync.lose_access import LoseAccess
from store_sync.store import Stores

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 60.0
REFUSED_PAUSE_S = 600.0
BATCHES = 50


class DriveFollowing:
    """One task a store while it has orders due; the store's own troubles pause it alone."""

    def __init__(
        self,
        connected: ConnectedStores,
        orders: FollowedOrders,
        stores: Stores,
        follow_order: FollowOrder,
        lose_access: LoseAccess,
        *,
        at_once: int,
        lease_s: float,
    ) -> None:
        self._connected = connected
        self._orders = orders
        self._stores = stores
        self._follow_order = follow_order
        self._lose_access = lose_access
        self._at_once = at_once
        self._lease_s = lease_s
        self._tasks = StoreTasks("follow", failed=self._pause)
        self._paused_until: dict[str, float] = {}
        self._pause_s: dict[str, float] = {}

    async def __call__(self) -> None:
        """Start a task for each connected store that has something due and none yet."""
        connections = await self._connected.now()
        moment = time.monotonic()
        free = [
            store_id
            for store_id in self._tasks.free(connections)
            if self._paused_until.get(store_id, 0) <= moment
        ]
        due = await self._orders.stores_with_due(free)
        self._tasks.begin(due, lambda store_id: self._drain(connections[store_id]))

    async def stop(self) -> None:
        """Cancel what runs: leases end by themselves, the next reader begins anew."""
        await self._tasks.stop()

    async def _drain(self, connection: Document) -> None:
        store = self._stores.of(connection)
        store_id = connection["_id"]
        for _ in range(BATCHES):
            claimed = await self._claim(store_id)
            if not claimed:
                return
            outcomes = await asyncio.gather(
                *(self._follow_order(one, store) for one in claimed), return_exceptions=True
            )
            troubles = [
                (one, outcome)
                for one, outcome in zip(claimed, outcomes, strict=True)
                if outcome is not None
            ]
            for one, trouble in troubles:
                await self._handle(one, trouble, connection)
            if troubles:
                return
            self._pause_s.pop(store_id, None)

    async def _claim(self, store_id: str) -> list[Document]:
        claimed: list[Document] = []
        while len(claimed) < self._at_once:
            one = await self._orders.claim(store_id, self._lease_s)
            if one is None:
                break
            claimed.append(one)
        return claimed

    async def _handle(
        self, claimed: Document, trouble: BaseException, connection: Document
    ) -> None:
        store_id = claimed["store_id"]
        match trouble:
            case AccessLost():
                await self._orders.release(claimed, now())
                await self._lose_access(connection, trouble)
            case Transient():
                self._pause(store_id, trouble.retry_after_s)
                await self._orders.release(claimed, now())
            case PyMongoError():
                self._pause(store_id)
            case StoreRefused():
                # The store will say the same again: this order alone waits longer.
                log.warning("follow.refused", order_id=claimed["_id"], codes=trouble.codes)
                again = now() + timedelta(seconds=REFUSED_PAUSE_S)
                await self._orders.release(claimed, again)
            case _:
                raise trouble

    def _pause(self, store_id: str, asked_s: float | None = None) -> None:
        grown = min(self._pause_s.get(store_id, FIRST_PAUSE_S / 2) * 2, LONGEST_PAUSE_S)
        self._pause_s[store_id] = grown
        pause_s = min(max(grown, asked_s or 0.0), LONGEST_PAUSE_S)
        self._paused_until[store_id] = time.monotonic() + pause_s
