"""A named person says that there will be no order."""

from giftstream.delivery import Put
from giftstream.mongo import Document

from order_placement.called_off import said
from order_placement.deciding.decided import changed, too_late
from order_placement.deciding.deciding import Deciding
from order_placement.deciding.edits import is_open
from order_placement.intake.claiming import release
from order_placement.intake.facts import IntakeFacts


class RejectOrder:
    """Final; what it claimed of the creator's allowance is given back. Everybody hears why."""

    def __init__(self, deciding: Deciding) -> None:
        self._deciding = deciding

    async def __call__(
        self, order_id: str, brand_id: str | None, by: str, reason: str | None
    ) -> Document:
        """The rejected order; a repeat changes nothing. Raises Problem 409 once it is placed."""

        def decide(order: Document, facts: IntakeFacts) -> tuple[Put, ...]:
            if order["status"] == "rejected":
                return ()
            if not is_open(order):
                raise too_late(order, "rejected")
            rejected = {"by": by, "at": facts.now, "reason": reason}
            reasons = said("rejected_by_person", reason)
            put = changed(
                order, facts, status="rejected", rejected=rejected, due_at=None, reasons=reasons
            )
            return release(facts, order, put)

        return await self._deciding(order_id, brand_id, decide)
