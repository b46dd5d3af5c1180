"""Delivers records again that wait for a brand, campaign or key, until it comes or they give up."""

import asyncio

from giftstream.delivery import Delivery
from giftstream.mongo import Database, Document

from order_placement.intake.documents import SELECTIONS
from order_placement.intake.refusals import REFUSALS, refusal_identity
from order_placement.intake.waits import PAGE, Waits
from order_placement.withdrawals.withdrawals import WITHDRAWALS

PAGES = 20


class RetryWaiting:
    """One run tries everything that is due."""

    def __init__(self, database: Database, waits: Waits, delivery: Delivery) -> None:
        self._database = database
        self._waits = waits
        self._delivery = delivery

    async def __call__(self) -> int:
        """How many were tried. Raises Transient when something outside is away."""
        tried = 0
        for _ in range(PAGES):
            due = await self._waits.due()
            if due:
                await self._retry(due)
            tried += len(due)
            if len(due) < PAGE:
                break
        return tried

    async def _retry(self, due: list[Document]) -> None:
        records = {one["_id"]: self._waits.record(one) for one in due}
        await self._delivery.deliver(list(records.values()))
        # Removed only here, once its effect stands: a crash in between only tries it again.
        refusals = {refusal_identity(record): source for source, record in records.items()}
        *came, refused = await asyncio.gather(
            *(self._came(name, due) for name in (SELECTIONS, WITHDRAWALS)),
            self._there(REFUSALS, list(refusals)),
        )
        done = set[str]().union(*came)
        done |= {refusals[one] for one in refused}
        await self._waits.done(sorted(done))
        await self._waits.later([one["_id"] for one in due if one["_id"] not in done])

    async def _came(self, collection: str, due: list[Document]) -> set[str]:
        mine = {one["_id"]: one["selection"] for one in due if _becomes(one) == collection}
        there = await self._there(collection, list(mine.values())) if mine else set()
        return {waiting for waiting, selection in mine.items() if selection in there}

    async def _there(self, collection: str, ids: list[str]) -> set[str]:
        cursor = self._database[collection].find({"_id": {"$in": ids}}, {"_id": 1})
        return {one["_id"] async for one in cursor}


def _becomes(waiting: Document) -> str:
    # Those from before withdrawals were taken are all of selections.
    return str(waiting.get("becomes", SELECTIONS))
