"""Holding an order, or cancelling it when a person asked for that meanwhile."""

from collections.abc import Sequence

from giftstream.events import Reason

from order_placement.placing.placements import Placements
from order_placement.placing.work import Work, remove


async def hold(placements: Placements, work: Work, reasons: Sequence[Reason]) -> None:
    """From intent or prepared. The handle is recorded as discarded, then removed."""
    handle = work.order.handle
    held = await placements.hold(work.order, reasons)
    if held is None:
        await cancel_if_asked(placements, work)
    elif work.now_is(held) and handle is not None:
        await remove(work.store, handle, work.order.id)


async def cancel_if_asked(placements: Placements, work: Work) -> None:
    """A permission or a hold was refused: because of a cancel, or because the order is lost."""
    handle, order = work.order.handle, await placements.find(work.order.id)
    asked = None if order is None else order.cancel_requested
    if not asked:
        return
    if work.now_is(await placements.cancel_before_commit(work.order, asked)) and handle is not None:
        await remove(work.store, handle, work.order.id)
