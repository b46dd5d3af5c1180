"""One store's lane in this replica: its lease, its orders in hand, its patience."""

import asyncio
import time
from datetime import timedelta

import structlog
from giftstream.clock import now
from giftstream.delivery import Transient
from giftstream_platforms.failures import AccessLost

from order_placement.placing.breaker import Breaker
from order_placement.placing.gift_order import GiftOrder
from order_placement.placing.lanes import Lanes, Paused
from order_placement.placing.lease import Lease
from order_placement.placing.limits import Limits
from order_placement.placing.place_order import PlaceOrder
from order_placement.placing.placements import Placements
from order_placement.placing.work import Ending
from order_placement.store import Store, StoreProfile, Stores

log = structlog.get_logger()

CONNECTED = "connected"
BATCHES = 4
"""Orders are read ahead for so many rounds, so that reading costs little for each."""
CALM_AFTER_S = 10.0
"""Not so long after a failure: what is unknown is not to wait behind what was read ahead."""
COOLS_S = 2.0
BUSY_S = 0.5
LOOK_EVERY_S = 1.0
"""A paused lane looks so often whether the store is connected again."""


class Lane:
    """Places what is due in one store, a few orders at a time. Slow as the store may be, it holds
    up nobody else: each lane is a task of its own."""

    def __init__(
        self,
        lease: Lease,
        paused: Paused | None,
        lanes: Lanes,
        placements: Placements,
        place: PlaceOrder,
        stores: Stores,
        limits: Limits,
        room: asyncio.Semaphore,
    ) -> None:
        self.lease = lease
        self.paused = paused
        self.halted = False
        """A person said stop: what is in hand ends, nothing else begins."""
        self.used_at = time.monotonic()
        self._lanes = lanes
        self._placements = placements
        self._place = place
        self._stores = stores
        self._limits = limits
        self._room = room
        self._slots = asyncio.Semaphore(limits.lane_concurrency)
        self._breaker = Breaker(limits)
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        self._cooling: dict[str, float] = {}
        self._probe_at = self._look_at = 0.0
        self._probes = 0
        self._failed_at = float("-inf")
        self._task: asyncio.Task[None] | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._in_hand and (self._task is None or self._task.done())

    def wake(self) -> None:
        """Something is due. Starts what is not under way already."""
        self.used_at = time.monotonic()
        if self.paused is not None and self.used_at < self._look_at:
            return
        self._look_at = self.used_at + LOOK_EVERY_S
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name=f"lane {self.lease.store_id}")
            self._task.add_done_callback(self._ended)

    async def stop(self, within_s: float) -> None:
        """Let what is under way end; what does not end in time is stopped where it stands."""
        tasks = [*self._in_hand.values(), *([self._task] if self._task else [])]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=within_s)
            for task in late:
                task.cancel()

    async def _run(self) -> None:
        profile = await self._stores.profile(self.lease.store_id)
        if self._breaker.asks_for_patience or not await self._is_connected(profile):
            return None
        assert profile is not None
        try:
            store = await self._stores.of(self.lease.store_id)
        except AccessLost as lost:
            return await self._pause(_why(lost, profile))
        except Transient:
            return self._breaker.unreachable()
        while orders := await self._due():
            for order in orders:
                if not await self._start(order, store, profile):
                    return None
        return None

    async def _due(self) -> list[GiftOrder]:
        moment = time.monotonic()
        self._cooling = {one: until for one, until in self._cooling.items() if until > moment}
        calm = moment - self._failed_at > CALM_AFTER_S
        limit = self._limits.lane_concurrency * (BATCHES if calm else 1)
        store_id, most_new = self.lease.store_id, limit
        lately = now() - timedelta(seconds=self._limits.hurry_s)
        if not calm:
            # More that begin would only be more that nobody knows the outcome of. One may when
            # nothing is in hand, so that a few without an end do not keep out all others.
            open_ones = await self._placements.unknown_lately(store_id, lately)
            in_hand = len(self._in_hand)
            most_new = max(limit - open_ones - in_hand, 0 if in_hand else 1)
        return await self._placements.due(
            store_id,
            now(),
            limit=1 if self._narrow else limit,
            without=[*self._in_hand, *self._cooling],
            unknown_since=lately,
            most_new=most_new,
        )

    @property
    def _narrow(self) -> bool:
        return self._breaker.half_open or self.paused is not None

    async def _start(self, order: GiftOrder, store: Store, profile: StoreProfile) -> bool:
        """Whether the lane may go on with the next one."""
        await self._slots.acquire()
        stop = self.halted or self._breaker.asks_for_patience
        if stop or (self._narrow and self._in_hand):
            self._slots.release()
            return False
        task = asyncio.create_task(self._one(order, store, profile), name=f"place {order.id}")
        self._in_hand[order.id] = task
        task.add_done_callback(lambda done: self._finished(order.id, done))
        if self._narrow:
            await asyncio.wait([task])
        return True

    async def _one(self, order: GiftOrder, store: Store, profile: StoreProfile) -> None:
        begun = time.monotonic()
        try:
            async with self._room:
                ending = await self._place(order, self.lease, store, profile)
        except AccessLost as lost:
            return await self._pause(_why(lost, profile))
        if ending is Ending.LOST:
            self._cooling[order.id] = time.monotonic() + COOLS_S
            return None
        if ending is not Ending.DONE:
            self._failed_at = time.monotonic()
        heard = ending is Ending.DONE or store.answered_at >= begun
        if ending is Ending.BUSY:
            self._breaker.busy(BUSY_S)
        elif ending is Ending.DONE:
            self._breaker.answered()
        elif heard:
            self._breaker.heard()
        else:
            self._breaker.unreachable()
        if heard:
            await self._resume()
        return None

    async def _is_connected(self, profile: StoreProfile | None) -> bool:
        """Paused until newer settings say connected; one order tries from time to time."""
        if profile is None:
            detail = "No store is connected under this id."
            await self._pause(Paused("integration_missing", detail))
            return False
        if profile.status != CONNECTED:
            await self._pause(_blocked(profile))
            return False
        if self.paused is None:
            return True
        if profile.revision > self.paused.revision:
            await self._resume()
            return True
        return time.monotonic() >= self._probe_at

    async def _pause(self, paused: Paused) -> None:
        # Soon at first: what ends after a moment need not keep a lane for half a minute.
        pause_s = self._limits.shortest_pause_s * 2.0 ** min(self._probes + 1, 16)
        self._probe_at = time.monotonic() + min(pause_s, self._limits.probe_s)
        self._probes += 1
        if self.paused != paused:
            self.paused = paused
            await self._lanes.pause(self.lease, paused)
            log.warning("lane.paused", store_id=self.lease.store_id, reason=paused.code)

    async def _resume(self) -> None:
        self._probes = 0
        if self.paused is not None:
            self.paused = None
            await self._lanes.resume(self.lease)
            log.info("lane.resumed", store_id=self.lease.store_id)

    def _finished(self, order_id: str, done: asyncio.Task[None]) -> None:
        self._in_hand.pop(order_id, None)
        self._slots.release()
        if not done.cancelled() and (error := done.exception()):
            # MongoDB away, or our own mistake: the order waits a moment, the lane goes on.
            self._cooling[order_id] = time.monotonic() + COOLS_S
            log.error("order.stuck", order_id=order_id, exc_info=error)

    def _ended(self, done: asyncio.Task[None]) -> None:
        if not done.cancelled() and (error := done.exception()):
            log.error("lane.stuck", store_id=self.lease.store_id, exc_info=error)


def _why(lost: AccessLost, profile: StoreProfile) -> Paused:
    return Paused(lost.code, lost.detail, lost.missing, profile.revision)


def _blocked(profile: StoreProfile) -> Paused:
    code, detail = "store_disconnected", "The store is not connected."
    if profile.blocked_by:
        code, detail = profile.blocked_by[0]
    missing = tuple(said for known, said in profile.blocked_by if known == "permission_denied")
    return Paused(code, detail, missing, profile.revision)
