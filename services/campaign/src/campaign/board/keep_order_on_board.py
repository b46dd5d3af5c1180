"""order.changed becomes a row of the board; what was given up counts no more for its creator."""

from collections.abc import Sequence

from giftstream.delivery import NOTHING, Change, Facts, Received, keep_newest, replace
from giftstream.events import OrderChanged
from giftstream.identity import selection_identity

from campaign.board.board import BOARD, Board
from campaign.selections.participations import PARTICIPATIONS, Participations, without_claim
from campaign.selections.selections import SELECTIONS, Selections

# Such an order gave nothing, so its creator may select again.
GIVEN_UP = frozenset({"rejected", "cancelled"})


class KeepOrderOnBoard:
    """The highest `sequence` of an order counts, whatever comes first and however often."""

    def __init__(
        self, board: Board, selections: Selections, participations: Participations
    ) -> None:
        self._board = board
        self._selections = selections
        self._participations = participations

    async def facts(self, items: Sequence[Received[OrderChanged]], /) -> Facts:
        """Nothing for most orders; for those given up, their selections and participations."""
        facts = Facts()
        given_up = [one.event for one in items if one.event and one.event.status in GIVEN_UP]
        if not given_up:
            return facts
        facts.add(BOARD, await self._board.of_orders([order.order_id for order in given_up]))
        ids = [selection_identity(order.brand_id, order.selection_id) for order in given_up]
        selections = await self._selections.named(ids)
        facts.add(SELECTIONS, selections)
        participations = [one["participation_id"] for one in selections]
        facts.add(PARTICIPATIONS, await self._participations.named(participations))
        return facts

    def plan(self, item: Received[OrderChanged], facts: Facts, /) -> Change:
        """One row, and for an order given up the creator's allowance."""
        order = item.event
        if order is None:
            return NOTHING
        row = order.model_dump(exclude={"event_id", "occurred_at", "order_id"})
        put = keep_newest(BOARD, {"_id": order.order_id, **row}, number="sequence")
        if order.status not in GIVEN_UP:
            return Change.of(put)
        known = facts.get(BOARD, order.order_id)
        selection = selection_identity(order.brand_id, order.selection_id)
        ours = facts.get(SELECTIONS, selection)
        if ours is None or (known and known["sequence"] > order.sequence):
            return Change.of(put)
        participation = facts.get(PARTICIPATIONS, ours["participation_id"])
        if participation is None or (released := without_claim(participation, selection)) is None:
            return Change.of(put)
        return Change.of(put, replace(PARTICIPATIONS, participation, released))
