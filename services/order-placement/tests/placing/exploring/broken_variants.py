"""Placing with one protection left out each: the explorer has to find every one of these out."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from giftstream.events import Reason, StoreOrder
from giftstream_platforms.failures import OutcomeUnknown, StoreRefused
from order_placement.orders import changing
from order_placement.placing.changes import because, dropping, fence, quietly
from order_placement.placing.check_order import CheckOrder
from order_placement.placing.commit_order import CommitOrder
from order_placement.placing.gift_order import GiftOrder
from order_placement.placing.placements import Placements
from order_placement.placing.sweep_orphans import SweepOrphans
from order_placement.placing.work import Work
from order_placement.store import HandleState, MarkedHandle

from exploring.moves import Bounds
from exploring.troupe import Code

TWO = "two live orders"


class Variant(NamedTuple):
    """What is left out, what comes of it, and within which bounds that is seen."""

    code: Code
    promise: str
    bounds: Bounds = Bounds(claims=2, faults=1, crashes=0, decisions=0, sweeps=0)


class HandleNotSaved(Placements):
    """Rule 1: kept in memory until the order is placed."""

    async def save_permitted_handle(self, order: GiftOrder, handle: str) -> GiftOrder | None:
        placing = {**order.placing, "phase": "committing", "handle": handle}
        return GiftOrder({**order.document, "placing": placing})

    async def record_placed(self, order: GiftOrder, store_order: StoreOrder) -> GiftOrder | None:
        document = {**order.document, "placing": {**order.placing, "handle": None}}
        saved = await self.permit_unsaved(GiftOrder(document), str(order.handle))
        return None if saved is None else await super().record_placed(saved, store_order)

    async def permit_unsaved(self, order: GiftOrder, handle: str) -> GiftOrder | None:
        return await super().save_permitted_handle(order, handle)


class HandleReplaced(Placements):
    """Rule 1: whoever prepared last, stores."""

    async def save_permitted_handle(self, order: GiftOrder, handle: str) -> GiftOrder | None:
        fields = {"placing.phase": "committing", "placing.handle": handle}
        return await self._one(
            order, {}, quietly(fields, **{"$currentDate": {"placing.permitted_at": True}})
        )


class PreparedAnew(CommitOrder):
    """Rule 2: an answer that was lost is taken for a failure."""

    async def _send(self, work: Work) -> tuple[HandleState, StoreRefused | None]:
        try:
            return await work.store.commit(work.handle), None
        except OutcomeUnknown:
            return HandleState(work.handle, "gone"), None


class SearchBelieved(CommitOrder):
    """Rule 2: an open handle that a search does not find is taken for gone."""

    async def _read(self, work: Work) -> HandleState:
        seen = await super()._read(work)
        found = await work.store.open_handles(seen.mark or "")
        return seen if seen.status != "open" or found else HandleState(work.handle, "gone")


class HeldBesidePermission(Placements):
    """Rule 3: a hold asks neither for the phase nor for the claim."""

    async def hold(self, order: GiftOrder, reasons: Sequence[Reason]) -> GiftOrder | None:
        update = changing({"status": "on_hold", "due_at": None, **because(reasons)})
        return await self._visibly(order, {}, dropping(order, update))


class RefusedAndDropped(Placements):
    """Rule 4: a refused handle goes at once, and another may be prepared."""

    async def hold_keeping_handle(
        self, order: GiftOrder, reasons: Sequence[Reason]
    ) -> GiftOrder | None:
        update = changing({"status": "on_hold", "due_at": None, **because(reasons)})
        return await self._visibly(order, fence(order, "committing"), dropping(order, update))


class DiscardNotRecorded(SweepOrphans):
    """Rule 5: what is not stored is removed."""

    async def _unwanted(self, found: MarkedHandle) -> bool:
        order = await self._placements.find(found.order_id)
        return order is not None and order.handle != found.handle


class TotalNotLookedAt(CheckOrder):
    """What was prepared is permitted as it is."""

    async def _as_asked(self, work: Work, seen: HandleState, *, fresh: bool) -> bool:
        return True


class NeverDueAgain(Placements):
    """Put off, and forgotten."""

    async def postpone(self, order: GiftOrder, due_at: datetime) -> GiftOrder | None:
        return await self._one(order, fence(order, order.phase), quietly({"due_at": None}))


class CancelOverlooked(Placements):
    """A cancel that was noted stops no permission, and nothing is done about it afterwards."""

    async def record_placed(self, order: GiftOrder, store_order: StoreOrder) -> GiftOrder | None:
        placing = {**order.placing, "cancel_requested": None}
        return await super().record_placed(
            GiftOrder({**order.document, "placing": placing}), store_order
        )


VARIANTS: dict[str, Variant] = {
    "handle not saved": Variant(Code(placements=HandleNotSaved), TWO),
    "handle replaced": Variant(Code(placements=HandleReplaced), TWO, Bounds(2, 0, 0, 0, 0)),
    "prepared anew": Variant(Code(commit=PreparedAnew), TWO),
    "search believed": Variant(Code(commit=SearchBelieved), TWO),
    "held beside permission": Variant(Code(placements=HeldBesidePermission), TWO),
    "refused and dropped": Variant(Code(placements=RefusedAndDropped), TWO),
    "discard not recorded": Variant(
        Code(sweep=DiscardNotRecorded), "a handle was discarded that is not recorded as discarded"
    ),
    "total not looked at": Variant(
        Code(check=TotalNotLookedAt), "something that costs was permitted"
    ),
    "never due again": Variant(Code(placements=NeverDueAgain), "nobody will ever look at it again"),
    "cancel overlooked": Variant(
        Code(placements=CancelOverlooked),
        "a cancel that a person asked for was not done",
        Bounds(2, 1, 0, 1, 0),
    ),
}
