"""Finds stores with due orders, takes their lanes and keeps them going."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog
from giftstream.clock import now

from order_placement.placing.lane import Lane
from order_placement.placing.lanes import Lanes, Paused
from order_placement.placing.lease import Lease
from order_placement.placing.limits import Limits
from order_placement.placing.placements import Placements

log = structlog.get_logger()

STOP_WITHIN_S = 15.0


class MakeLane(Protocol):
    """A lane under a lease; `placing.wiring` knows what else it needs."""

    def __call__(self, lease: Lease, paused: Paused | None, room: asyncio.Semaphore) -> Lane:
        """Nothing of it runs yet."""


class DriveLanes:
    """Called every fifth of a second. It waits for no store: each lane runs by itself."""

    def __init__(
        self,
        lanes: Lanes,
        placements: Placements,
        make_lane: MakeLane,
        limits: Limits,
        halted: Callable[[], Awaitable[set[str]]],
    ) -> None:
        self._lanes = lanes
        self._placements = placements
        self._make_lane = make_lane
        self._limits = limits
        self._halted = halted
        self._room = asyncio.Semaphore(limits.concurrency)
        self._held: dict[str, Lane] = {}
        self._renewed_at = 0.0

    async def __call__(self) -> None:
        """One round."""
        await self._renew()
        halted = await self._halted()
        for store_id, lane in self._held.items():
            lane.halted = store_id in halted
        due = [one for one in await self._placements.stores_with_due(now()) if one not in halted]
        others = await self._lanes.held_by_others([one for one in due if one not in self._held])
        for store_id in due:
            if store_id not in others and await self._take(store_id):
                self._held[store_id].wake()

    async def stop(self) -> None:
        """At a shutdown: what is under way ends, then others may have the lanes."""
        held = list(self._held.values())
        await asyncio.gather(*(one.stop(STOP_WITHIN_S) for one in held))
        await self._lanes.release([one.lease for one in held])
        self._held.clear()

    async def _take(self, store_id: str) -> bool:
        if store_id in self._held:
            return True
        taken = await self._lanes.take(store_id)
        if taken is None:
            return False
        lease, paused = taken
        self._held[store_id] = self._make_lane(lease, paused, self._room)
        log.info("lane.taken", store_id=store_id, epoch=lease.epoch)
        return True

    async def _renew(self) -> None:
        if time.monotonic() - self._renewed_at < self._limits.renew_s:
            return
        await self._let_go_of_idle()
        self._renewed_at = time.monotonic()
        kept = await self._lanes.renew([one.lease for one in self._held.values()])
        for store_id in set(self._held) - kept:
            # Another replica took it when we were too slow. What is in hand there finds out by
            # itself: its next compare-and-set does not hold.
            del self._held[store_id]
            log.warning("lane.lost", store_id=store_id)

    async def _let_go_of_idle(self) -> None:
        long_ago = time.monotonic() - self._limits.lease_s
        idle = [one for one in self._held.values() if one.idle and one.used_at < long_ago]
        for lane in idle:
            del self._held[lane.lease.store_id]
        await self._lanes.release([one.lease for one in idle])
