"""committing -> placed. Only the stored handle, as often as it takes: it never gives two orders."""

import structlog
from giftstream.clock import now
from giftstream.delivery import Transient
from giftstream.reasons import reason
from giftstream_platforms.failures import OutcomeUnknown, StoreRefused, StoreUnreachable

from order_placement.placing.asking import differences
from order_placement.placing.limits import Limits
from order_placement.placing.pauses import from_now, pause_s
from order_placement.placing.placements import Placements
from order_placement.placing.work import Crash, Work, remove
from order_placement.store import HandleState

log = structlog.get_logger()

RECORDS = 5
SHORTEST_WAIT_S = 0.2
NO_ORDER = "The store took the order, but has none for it any more."


class CommitOrder:
    """Commits what is permitted; what was permitted before is read first."""

    def __init__(self, placements: Placements, limits: Limits, crash: Crash) -> None:
        self._placements = placements
        self._limits = limits
        self._crash = crash

    async def __call__(self, work: Work) -> bool:
        """Whether the order exists in the store, and that is recorded."""
        if not work.permitted:
            seen = work.seen = await self._read(work)
            if seen.status != "open":
                return await self._conclude(work, seen)
            if not await self._permitted_again(work, seen):
                return False
        # The save of the permission may have taken long; the call must still end within the lease.
        if work.lease.left_s <= self._limits.store_deadline_s:
            work.now_is(await self._placements.postpone(work.order, from_now(self._limits.renew_s)))
            return False
        seen, refused = await self._send(work)
        return await self._conclude(work, seen, refused)

    async def _send(self, work: Work) -> tuple[HandleState, StoreRefused | None]:
        refused = None
        try:
            return await work.store.commit(work.handle), None
        except OutcomeUnknown:
            pass
        except StoreRefused as error:
            refused = error
        finally:
            self._crash("place.commit_sent")
        # A refusal may mean that it was committed before.
        return await self._read(work), refused

    async def _read(self, work: Work) -> HandleState:
        """By its id, never by a search. Where a commit may have been sent, a store that does not
        answer leaves more than a pause: nobody knows whether the order is there."""
        try:
            return await work.store.read(work.handle)
        except StoreUnreachable as error:
            raise OutcomeUnknown("permitted, and the store cannot be read") from error

    async def _conclude(
        self, work: Work, seen: HandleState, refused: StoreRefused | None = None
    ) -> bool:
        if seen.status == "committed" and seen.store_order is not None:
            return await self._record(work, seen)
        if seen.status == "committed":
            reasons = [reason("store_rejected", NO_ORDER)]
            work.now_is(await self._placements.hold_keeping_handle(work.order, reasons))
        elif seen.status == "gone":
            due_at = from_now(pause_s(self._limits, work.order.attempts))
            work.now_is(await self._placements.handle_gone(work.order, due_at))
        elif refused is None:
            # Still open: perhaps the store has not finished. Read again once it has settled.
            raise OutcomeUnknown("committed without an answer, and still open")
        elif not seen.ready or not await self._held(work, refused):
            # Being calculated anew, or a person asked to cancel: then it is replaced by nothing.
            due_at = from_now(self._limits.settle_s)
            work.now_is(await self._placements.postpone(work.order, due_at))
        return False

    async def _held(self, work: Work, refused: StoreRefused) -> bool:
        reasons = [reason("store_rejected", words) for words in refused.words]
        return work.now_is(await self._placements.hold_keeping_handle(work.order, reasons))

    async def _permitted_again(self, work: Work, seen: HandleState) -> bool:
        order = work.order
        waited_s = self._limits.settled_after_s(permitted_by_us=order.permitted_by_us)
        unwanted = (
            work.handle in order.discarded
            or order.cancel_requested
            or (seen.ready and (seen.total != 0 or differences(order, work.profile, seen)))
        )
        if unwanted:
            return await self._replace(work, waited_s)
        if seen.ready and work.now_is(await self._placements.permit_again(order, waited_s)):
            self._crash("place.permitted")
            return True
        await self._wait(work, waited_s)
        return False

    async def _wait(self, work: Work, waited_s: float) -> None:
        """Until so long after the permission; the two clocks may differ, so within bounds."""
        permitted_at = work.order.placing["permitted_at"] or now()
        gone_s = (now() - permitted_at).total_seconds()
        left_s = min(max(waited_s - gone_s, SHORTEST_WAIT_S), waited_s)
        work.now_is(await self._placements.postpone(work.order, from_now(left_s)))

    async def _replace(self, work: Work, waited_s: float) -> bool:
        """Read open long enough after its permission: no call on it can be under way. It stays
        the stored handle until the store itself says that it is gone."""
        if not work.now_is(await self._placements.discard_permitted(work.order, waited_s)):
            await self._wait(work, waited_s)
            return False
        await remove(work.store, work.handle, work.order.id)
        return await self._conclude(work, await self._read(work))

    async def _record(self, work: Work, seen: HandleState) -> bool:
        assert seen.store_order is not None
        order, handle = work.order, work.handle
        if seen.content != order.content:
            # A call that was sent before the edit came late: store-sync shows what differs.
            log.warning("place.earlier_content", order_id=order.id)
        for _ in range(RECORDS):
            if work.now_is(await self._placements.record_placed(order, seen.store_order)):
                self._crash("place.result_saved")
                return True
            newer = await self._placements.find(order.id)
            if newer is None or newer.handle != handle or newer.phase == "placed":
                return False
            order = newer
        raise Transient("the result could not be saved; its events wait to be published")
