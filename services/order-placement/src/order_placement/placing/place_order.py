"""One gift order, from wherever the last worker left it to an order in its store."""

from collections.abc import Sequence

from giftstream.crashpoints import crashpoint
from giftstream.delivery import Transient
from giftstream.events import Reason
from giftstream.reasons import reason
from giftstream.sealing import Sealing
from giftstream_platforms.failures import AccessLost, OutcomeUnknown, StoreRefused, StoreUnreachable

from order_placement.placing.check_order import CheckOrder
from order_placement.placing.commit_order import CommitOrder
from order_placement.placing.gift_order import GiftOrder
from order_placement.placing.holding import hold
from order_placement.placing.last_look import LastLook
from order_placement.placing.lease import Lease
from order_placement.placing.limits import Limits
from order_placement.placing.pauses import from_now, hurried_pause_s
from order_placement.placing.placements import Placements
from order_placement.placing.prepare_order import PrepareOrder
from order_placement.placing.publish import Publish
from order_placement.placing.work import Crash, Ending, Work
from order_placement.store import Store, StoreProfile


class PlaceOrder:
    """Prepare, check, commit: each step is saved before the next one begins.

    It may be stopped anywhere and run again by anybody, beside another one even.
    """

    def __init__(
        self,
        placements: Placements,
        look: LastLook,
        sealing: Sealing,
        publish: Publish,
        limits: Limits,
        crash: Crash = crashpoint,
    ) -> None:
        self._placements = placements
        self._prepare = PrepareOrder(placements, look, sealing, limits, crash)
        self._check = CheckOrder(placements, limits, crash)
        self._commit = CommitOrder(placements, limits, crash)
        self._publish = publish
        self._limits = limits
        self._crash = crash

    async def __call__(
        self, due: GiftOrder, lease: Lease, store: Store, profile: StoreProfile
    ) -> Ending:
        """Raises AccessLost when the lane cannot go on; all else is saved with the order."""
        order = await self._placements.claim(due, lease.epoch)
        if order is None:
            return Ending.LOST
        self._crash("place.claimed")
        self._crash("place.intent_saved")
        work = Work(order, due.phase, store, profile, lease)
        ending = await self._carried(work)
        if not work.told and work.order.document["outbox"]:
            await self._publish(work.order)
        return ending

    async def _place(self, work: Work) -> None:
        if work.order.phase == "intent" and not await self._prepare(work):
            return
        if work.order.phase == "prepared" and not await self._check(work):
            return
        # From here on only this handle may ever be committed, by whoever holds the epoch.
        if work.order.phase == "committing" and await self._commit(work):
            await self._publish(work.order)
            work.told = True
            self._crash("place.published")
        if work.order.phase == "placed" and (work.order.cancel_requested or work.found == "placed"):
            await self._cancel(work)

    async def _cancel(self, work: Work) -> None:
        """Noted before; now there is something to cancel. It stays due until the store has said
        yes or no, so a crash or a lost answer asks again, and the connector reads first."""
        refused: Sequence[str] = ()
        if work.order.cancel_requested and work.order.store_order is not None:
            try:
                await work.store.cancel(work.order.store_order)
            except StoreRefused as error:
                refused = error.words
            finally:
                self._crash("place.cancel_sent")
        work.now_is(await self._placements.record_cancel(work.order, refused))

    async def _carried(self, work: Work) -> Ending:
        """Whatever the store does, the order says what to do next."""
        try:
            await self._place(work)
        except AccessLost:
            if work.order.phase == "intent" and work.now_is(
                await self._placements.put_back(work.order)
            ):
                await self._publish(work.order)
            raise
        except StoreRefused as refused:
            await self._held(work, [reason("store_rejected", words) for words in refused.words])
        except OutcomeUnknown:
            await self._unknown(work, reason("outcome_unknown"), self._limits.settle_s)
            return Ending.UNREACHABLE
        except StoreUnreachable:
            await self._unknown(work, reason("store_unreachable"), 0.0)
            return Ending.UNREACHABLE
        except Transient as busy:
            pause = max(busy.retry_after_s or 0.0, hurried_pause_s(self._limits, work.order))
            await self._placements.postpone(work.order, from_now(pause))
            return Ending.BUSY
        return Ending.DONE

    async def _held(self, work: Work, reasons: list[Reason]) -> None:
        if work.order.phase == "committing":
            work.now_is(await self._placements.hold_keeping_handle(work.order, reasons))
        elif work.order.phase in ("intent", "prepared"):
            await hold(self._placements, work, reasons)

    async def _unknown(self, work: Work, why: Reason, at_least_s: float) -> None:
        pause = at_least_s + hurried_pause_s(self._limits, work.order)
        if work.order.phase == "placed":
            await self._placements.postpone(work.order, from_now(pause))
        else:
            work.now_is(await self._placements.note_unknown(work.order, why, from_now(pause)))
