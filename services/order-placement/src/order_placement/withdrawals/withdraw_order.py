"""One order of a withdrawn selection: cancelled while that costs nothing, else told of it."""

from giftstream.delivery import Put
from giftstream.mongo import Document

from order_placement.called_off import request, said_beside
from order_placement.deciding.cancel_order import noted
from order_placement.deciding.decided import changed
from order_placement.deciding.deciding import Deciding
from order_placement.deciding.edits import LIVE, is_open
from order_placement.intake.claiming import release
from order_placement.intake.facts import IntakeFacts
from order_placement.withdrawals.withdrawals import mark, withdrawn

ENDED = frozenset({"cancelled", "rejected"})
PUBLISHER = "the selection's publisher"


class WithdrawOrder:
    """As a person's cancel, but for what is in the store: that stays, and says what it is told."""

    def __init__(self, deciding: Deciding) -> None:
        self._deciding = deciding

    async def __call__(self, order_id: str, withdrawal: Document) -> Document:
        """The order afterwards; a repeat changes nothing. Raises Problem 404."""

        def decide(order: Document, facts: IntakeFacts) -> tuple[Put, ...]:
            if order["status"] in ENDED or order.get("withdrawn"):
                return ()
            if is_open(order):
                put = changed(order, facts, **withdrawn(withdrawal, facts))
                return release(facts, order, put)
            told = {"withdrawn": mark(withdrawal, facts)}
            if order["status"] == "placing" or order["status"] in LIVE:
                return (changed(order, facts, **told, **_noted(order, withdrawal, facts)),)
            too_late = said_beside("withdrawn_too_late", withdrawal["reason"])
            reasons = [*order["reasons"], *too_late]
            return (changed(order, facts, **told, reasons=reasons),)

        return await self._deciding(order_id, withdrawal["brand_id"], decide)


def _noted(order: Document, withdrawal: Document, facts: IntakeFacts) -> Document:
    """Being placed: done once the outcome is known, as a person's cancel, which it adds nothing
    to."""
    if order["placing"]["cancel_requested"]:
        return {}
    asked = request("selection_withdrawn", PUBLISHER, facts.now, withdrawal["reason"])
    return noted(order, asked, facts)
