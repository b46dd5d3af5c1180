"""intent -> prepared: a handle in the store that ships nothing yet, and its id saved."""

from giftstream.events import Reason
from giftstream.reasons import reason
from giftstream.sealing import Sealing
from giftstream_platforms.failures import OutcomeUnknown

from order_placement.placing.asking import differences, opened, wanted, with_method
from order_placement.placing.holding import hold
from order_placement.placing.last_look import LastLook, stock_reasons
from order_placement.placing.limits import Limits
from order_placement.placing.placements import Placements
from order_placement.placing.work import Crash, Work, remove
from order_placement.store import HandleState, Wanted

PREPARES = 2
"""An answer lost twice in a row is not worth a third try at once."""


class PrepareOrder:
    """Looks once more, then prepares, or adopts by its mark what an earlier try has prepared."""

    def __init__(
        self, placements: Placements, look: LastLook, sealing: Sealing, limits: Limits, crash: Crash
    ) -> None:
        self._placements = placements
        self._look = look
        self._sealing = sealing
        self._limits = limits
        self._crash = crash

    async def __call__(self, work: Work) -> bool:
        """Whether there is a stored handle to go on with."""
        if work.order.cancel_requested:
            work.now_is(await self._placements.cancel_before_commit(work.order))
            return False
        recipient = opened(self._sealing, work.order)
        reasons = await self._look.reasons(work.order, recipient) or await self._stock(work)
        if reasons:
            await hold(self._placements, work, reasons)
            return False
        asked = await self._with_method(work, wanted(work.order, work.profile, recipient))
        if asked is None:
            await hold(self._placements, work, [reason("shipping_method_missing")])
            return False
        work.seen = await self._handle(work, asked)
        self._crash("place.prepare_sent")
        return await self._save(work, work.seen)

    async def _stock(self, work: Work) -> list[Reason]:
        refs = list(dict.fromkeys(one["variant_ref"] for one in work.order.document["lines"]))
        return stock_reasons(work.order, await work.store.stock(refs))

    async def _with_method(self, work: Work, asked: Wanted) -> Wanted | None:
        if asked.shipping_method or not work.order.document["needs_shipping"]:
            return asked
        offered = await work.store.shipping_options(asked)
        return with_method(asked, offered[0]) if offered else None

    async def _handle(self, work: Work, asked: Wanted) -> HandleState:
        # A crash or a lost answer may have left one behind; on the first try there is none.
        if work.found == "intent" and (adopted := await self._adopt(work, asked)):
            return adopted
        for _ in range(PREPARES - 1):
            try:
                return await work.store.prepare(asked)
            except OutcomeUnknown:
                if adopted := await self._adopt(work, asked):
                    return adopted
        # The search may be late. One more is inert, and the sweep removes what nobody stored.
        return await work.store.prepare(asked)

    async def _adopt(self, work: Work, asked: Wanted) -> HandleState | None:
        for handle in await work.store.open_handles(asked.mark):
            if handle in work.order.discarded:
                continue
            seen = await work.store.read(handle)
            # It may stem from a try before a person edited the order.
            if seen.status == "open" and not differences(work.order, work.profile, seen):
                return seen
        return None

    async def _save(self, work: Work, seen: HandleState) -> bool:
        known = seen.status == "open" and seen.ready and seen.total == 0 and not seen.warnings
        if (
            known
            and not differences(work.order, work.profile, seen)
            and work.lease.left_s > self._limits.store_deadline_s
        ):
            work.permitted = work.now_is(
                await self._placements.save_permitted_handle(work.order, seen.handle)
            )
            if work.permitted:
                for point in ("place.handle_saved", "place.checked", "place.permitted"):
                    self._crash(point)
                return True
        saved = work.now_is(await self._placements.save_handle(work.order, seen.handle))
        self._crash("place.handle_saved")
        if not saved and await self._placements.record_discarded(work.order.id, seen.handle):
            # Another worker stored its own handle first; ours can never be committed any more.
            await remove(work.store, seen.handle, work.order.id)
        return saved
