"""A selection is taken back, for platforms without Kafka and for selections made through us.

What it means is decided where the orders are: it counts until placing starts.
"""

from datetime import datetime

from giftstream.clock import now
from giftstream.events import SelectionWithdrawn
from giftstream.identity import event_identity, selection_identity
from giftstream.mongo import Document

from campaign.announcing import Announce
from campaign.brands.brands import Brands
from campaign.refusals import not_there
from campaign.selections.sign_selection import SignSelection
from campaign.selections.withdrawals import WITHDRAWALS, Withdrawals


class WithdrawSelection:
    """Written with its signed event, then published; the selection may still be on its way."""

    def __init__(
        self, withdrawals: Withdrawals, brands: Brands, sign: SignSelection, outbox: Announce
    ) -> None:
        self._withdrawals = withdrawals
        self._brands = brands
        self._sign = sign
        self._outbox = outbox

    async def __call__(
        self, brand_id: str, selection_id: str, reason: str | None, at: datetime | None
    ) -> Document:
        """The withdrawal as stored; a repeat gives the first one. Raises Problem 404."""
        brand = await self._brands.find(brand_id, brand_id)
        if brand is None:
            raise not_there("brand")
        selection = selection_identity(brand_id, selection_id)
        event = SelectionWithdrawn(
            event_id=event_identity(selection, SelectionWithdrawn.topic, 1),
            occurred_at=at or now(),
            selection_id=selection_id,
            brand_id=brand_id,
            reason=reason,
        )
        stored = await self._withdrawals.insert(
            {
                "_id": selection,
                "version": 1,
                "outbox": [self._sign(brand, selection, event)],
                "brand_id": brand_id,
                "selection_id": selection_id,
                "reason": reason,
                "withdrawn_at": event.occurred_at,
            }
        )
        await self._outbox.flush_soon(WITHDRAWALS, [selection])
        return stored
