"""What was prepared in a store and is not wanted: recorded as discarded first, then removed."""

import structlog
from giftstream.crashpoints import crashpoint
from giftstream.delivery import Transient
from giftstream_platforms.failures import AccessLost, OutcomeUnknown, StoreRefused

from order_placement.placing.changes import FINISHED
from order_placement.placing.lanes import Lanes
from order_placement.placing.limits import Limits
from order_placement.placing.pauses import from_now
from order_placement.placing.placements import Placements
from order_placement.placing.work import Crash
from order_placement.store import MarkedHandle, Store, Stores

log = structlog.get_logger()

OFTEN_ENOUGH = 6
LANES_A_ROUND = 5


class SweepOrphans:
    """Rule 5. Each lane is swept by one replica at a time, several times in `sweep_after_s`; only
    handles older than that are looked at, so that none is met that is just being stored."""

    def __init__(
        self,
        lanes: Lanes,
        placements: Placements,
        stores: Stores,
        limits: Limits,
        crash: Crash = crashpoint,
    ) -> None:
        self._lanes = lanes
        self._placements = placements
        self._stores = stores
        self._limits = limits
        self._crash = crash

    async def __call__(self) -> None:
        """A few lanes; the others have their turn in the next round."""
        for _ in range(LANES_A_ROUND):
            store_id = await self._lanes.to_sweep(self._limits.sweep_after_s / OFTEN_ENOUGH)
            if store_id is None:
                return
            try:
                await self.sweep(store_id)
            except (Transient, OutcomeUnknown, StoreRefused, AccessLost) as error:
                log.warning("sweep.waits", store_id=store_id, error=type(error).__name__)

    async def sweep(self, store_id: str) -> int:
        """One store; returns how many handles were removed."""
        store, removed = await self._stores.of(store_id), 0
        for found in await store.open_marked(from_now(-self._limits.sweep_after_s)):
            self._crash("sweep.listed")
            if await self._unwanted(found):
                removed += await self._removed(store, found)
                self._crash("sweep.discarded")
        if removed:
            log.info("sweep.done", store_id=store_id, count=removed)
        return removed

    async def _unwanted(self, found: MarkedHandle) -> bool:
        """Read anew: since it was listed it may have been stored, and then it stays."""
        order = await self._placements.find(found.order_id)
        if order is None:
            return False  # perhaps another installation's
        settled = order.handle is not None or order.phase in ("held", "placed")
        if not settled and order.status not in FINISHED and found.handle not in order.discarded:
            return False  # it may still be found by its mark and adopted
        longest_s = self._limits.settled_after_s(permitted_by_us=False)
        return await self._placements.record_discarded(
            order.id, found.handle, finished_for_s=longest_s
        )

    async def _removed(self, store: Store, found: MarkedHandle) -> int:
        try:
            await store.discard(found.handle)
        except StoreRefused:
            # Somebody completed it by hand in the store: an order that we have not asked for.
            log.warning("sweep.refused", order_id=found.order_id)
            return 0
        return 1
