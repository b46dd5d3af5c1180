"""Withdrawals whose selection is here reach its orders; those that came first wait for it."""

from giftstream.brands import KnownBrands
from giftstream.delivery import Put, Record
from giftstream.http.problems import Problem
from giftstream.mongo import Document

from order_placement.deciding.carry_out import CarryOut
from order_placement.intake.documents import order_ids
from order_placement.intake.refusals import refusal
from order_placement.intake.submission import Unusable
from order_placement.selections import Selections
from order_placement.withdrawals.receive_withdrawal import UNSIGNED
from order_placement.withdrawals.withdraw_order import WithdrawOrder
from order_placement.withdrawals.withdrawals import Withdrawals, counts


class CarryOutWithdrawals:
    """One run looks at everything that is due. Two replicas at once harm nobody."""

    def __init__(
        self,
        withdrawals: Withdrawals,
        selections: Selections,
        brands: KnownBrands,
        withdraw: WithdrawOrder,
        carry_out: CarryOut,
    ) -> None:
        self._withdrawals = withdrawals
        self._selections = selections
        self._brands = brands
        self._withdraw = withdraw
        self._carry_out = carry_out

    async def __call__(self) -> int:
        """How many were looked at. Raises Transient when something outside is away."""
        due = await self._withdrawals.due()
        for withdrawal in due:
            await self._one(withdrawal)
        return len(due)

    async def _one(self, withdrawal: Document) -> None:
        brand_id = withdrawal["brand_id"]
        selection = await self._selections.find(brand_id, withdrawal["selection_id"])
        if selection is None:
            await self._withdrawals.waits(withdrawal)
        elif not counts(withdrawal, selection["signed"], await self._brands.get(brand_id)):
            # Written first: after a crash in between it is found there.
            await self._carry_out([_refusal(withdrawal)])
            await self._withdrawals.refused(withdrawal, UNSIGNED)
        elif await self._told(withdrawal, selection):
            await self._withdrawals.done(withdrawal)
        else:
            await self._withdrawals.waits(withdrawal)

    async def _told(self, withdrawal: Document, selection: Document) -> bool:
        """Whether every order of the plan was there; one may be being written this moment."""
        for order_id in order_ids(selection):
            try:
                await self._withdraw(order_id, withdrawal)
            except Problem:
                return False
        return True


def _refusal(withdrawal: Document) -> Put:
    source = withdrawal["source"]
    record = Record(source["topic"], source["partition"], source["offset"], None, None)
    ids = (withdrawal["brand_id"], withdrawal["selection_id"])
    return refusal(Unusable(record, UNSIGNED, *ids), UNSIGNED)
