"""prepared -> committing: only what costs nothing and is just as asked gets the permission."""

import asyncio

from giftstream.events import Reason
from giftstream.reasons import reason

from order_placement.placing.asking import differences
from order_placement.placing.holding import cancel_if_asked, hold
from order_placement.placing.limits import Limits
from order_placement.placing.pauses import from_now, pause_s
from order_placement.placing.placements import Placements
from order_placement.placing.work import Crash, Work, remove
from order_placement.store import HandleState

FIRST_LOOK_S = 0.1
LONGEST_LOOK_S = 1.0


class CheckOrder:
    """Reads the handle until the store has calculated it, then permits, holds or drops it."""

    def __init__(self, placements: Placements, limits: Limits, crash: Crash) -> None:
        self._placements = placements
        self._limits = limits
        self._crash = crash

    async def __call__(self, work: Work) -> bool:
        """Whether this worker may now commit the stored handle."""
        fresh = work.seen is not None
        seen = work.seen = await self._calculated(work)
        if seen.status == "gone":
            # Removed by hand before it counted: another one takes its place.
            await self._drop(work)
            return False
        if seen.status == "open":
            if not seen.ready:
                due_at = from_now(pause_s(self._limits, work.order.failures))
                work.now_is(await self._placements.postpone(work.order, due_at))
                return False
            if not await self._as_asked(work, seen, fresh=fresh):
                return False
        self._crash("place.checked")
        return await self._permit(work)

    async def _calculated(self, work: Work) -> HandleState:
        seen = work.seen or await work.store.read(work.handle)
        pause, waited = FIRST_LOOK_S, 0.0
        while seen.status == "open" and not seen.ready and waited < self._limits.ready_within_s:
            # The store tells nobody when it is done, so it is asked, less and less often.
            await asyncio.sleep(pause)
            waited += pause
            pause = min(pause * 1.5, LONGEST_LOOK_S)
            seen = await work.store.read(work.handle)
        return seen

    async def _as_asked(self, work: Work, seen: HandleState, *, fresh: bool) -> bool:
        differing = differences(work.order, work.profile, seen)
        if differing and not fresh:
            # Changed by hand since it was prepared: dropped, recorded first, and prepared anew.
            await self._drop(work)
            return False
        if reasons := _held_for(work, seen, differing):
            await hold(self._placements, work, reasons)
            return False
        return True

    async def _drop(self, work: Work) -> None:
        handle = work.handle
        due_at = from_now(pause_s(self._limits, work.order.attempts))
        if work.now_is(await self._placements.handle_gone(work.order, due_at)):
            await remove(work.store, handle, work.order.id)

    async def _permit(self, work: Work) -> bool:
        deadline_s, wait_s = self._limits.store_deadline_s, 2 * self._limits.renew_s
        if not await work.lease.covers(deadline_s, wait_s=wait_s):
            work.now_is(await self._placements.postpone(work.order, from_now(self._limits.renew_s)))
            return False
        work.permitted = work.now_is(await self._placements.permit_commit(work.order))
        if not work.permitted:
            await cancel_if_asked(self._placements, work)
            return False
        self._crash("place.permitted")
        return True


def _held_for(work: Work, seen: HandleState, differing: list[str]) -> list[Reason]:
    if seen.total != 0:
        return [reason("total_not_zero")]
    if differing:
        return [reason("store_rejected", f"The store prepared something else: {differing[0]}.")]
    if seen.warnings and "out_of_stock" not in work.order.overrides:
        return [reason("store_rejected", words) for words in seen.warnings]
    return []
