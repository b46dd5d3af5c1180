"""A selection is taken back: kept under the selection's id, whether that is here or not."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta

from giftstream.delivery import NOTHING, Change, insert, replace
from giftstream.events import Reason
from giftstream.mongo import Database, Document
from giftstream.reasons import reason
from giftstream.sealing import Sealing

from order_placement.intake.admission import Admission, who_wrote
from order_placement.intake.documents import SELECTIONS
from order_placement.intake.facts import IntakeFacts
from order_placement.intake.publishers import Publishers
from order_placement.intake.refusals import REFUSALS, refusal, refusal_identity
from order_placement.intake.submission import Unusable, Withdrawal
from order_placement.intake.waits import WAITING, wait
from order_placement.withdrawals.withdrawals import WITHDRAWALS, counts, new_withdrawal

Item = Withdrawal | Unusable

SIGN_IT = "The selection was signed, so its withdrawal must be too; sign it and send it again."
UNSIGNED: tuple[Reason, ...] = (reason("unsigned_not_accepted", SIGN_IT),)
UNKNOWN = Admission("waits", "unknown_brand")


class ReceiveWithdrawal:
    """The use case of `selection.withdrawn`."""

    def __init__(
        self, database: Database, publishers: Publishers, sealing: Sealing, wait_s: float
    ) -> None:
        self._database = database
        self._publishers = publishers
        self._sealing = sealing
        self._wait = timedelta(seconds=wait_s)

    async def facts(self, items: Sequence[Item]) -> IntakeFacts:
        """One query per collection. Raises Transient when campaign with a key is away."""
        facts = IntakeFacts()
        usable = [item for item in items if isinstance(item, Withdrawal)]
        ids = {item.identity for item in usable}
        await asyncio.gather(
            self._read(facts, WITHDRAWALS, ids),
            self._read(facts, SELECTIONS, ids),
            self._read(facts, "brands", {item.event.brand_id for item in usable}),
            self._read(facts, REFUSALS, {refusal_identity(item.record) for item in items}),
            self._read(facts, WAITING, {item.record.source for item in items}),
        )
        brands = {one: facts.get("brands", one) for one in {i.event.brand_id for i in usable}}
        known = {brand_id: brand for brand_id, brand in brands.items() if brand is not None}
        signers = {i.signature.key_id for i in usable if i.signature and i.event.brand_id in known}
        facts.keys = await self._publishers.of(signers, known) if signers else {}
        return facts

    def plan(self, item: Item, facts: IntakeFacts) -> Change:
        """A withdrawal, a refusal, or a wait. The first one stands, unless only the next one is
        signed."""
        if isinstance(item, Unusable):
            return _refused(item, facts, item.reasons, item.park)
        brand = facts.get("brands", item.event.brand_id)
        writer = UNKNOWN if brand is None else who_wrote(item, brand, facts)
        if writer.outcome != "admitted":
            return self._keep_out(item, facts, writer)
        new = new_withdrawal(item, facts, writer.signed)
        selection = facts.get(SELECTIONS, item.identity)
        if selection is not None and not counts(new, selection["signed"], brand):
            return _refused(item, facts, UNSIGNED, None)
        return _kept(facts.get(WITHDRAWALS, item.identity), new)

    def _keep_out(self, item: Withdrawal, facts: IntakeFacts, writer: Admission) -> Change:
        assert writer.code is not None
        if writer.outcome == "waits":
            waiting = facts.get(WAITING, item.record.source)
            until = facts.now + self._wait if waiting is None else waiting["give_up_at"]
            if facts.now < until:
                if waiting is not None:
                    return NOTHING
                return Change.of(wait(item, writer.code, self._sealing, until, WITHDRAWALS))
        return _refused(item, facts, (reason(writer.code),), None)

    async def _read(self, facts: IntakeFacts, collection: str, ids: Iterable[str]) -> None:
        wanted = list(ids)
        if wanted:
            await facts.read(collection, self._database[collection].find({"_id": {"$in": wanted}}))


def _kept(stored: Document | None, new: Document) -> Change:
    if stored is None:
        return Change.of(insert(WITHDRAWALS, new))
    if new["signed"] and not stored["signed"]:
        return Change.of(replace(WITHDRAWALS, stored, {**stored, **new}))
    return NOTHING


def _refused(item: Item, facts: IntakeFacts, reasons: Sequence[Reason], park: str | None) -> Change:
    if facts.get(REFUSALS, refusal_identity(item.record)) is not None:
        return Change.of(park=park)
    return Change.of(refusal(item, reasons), park=park)
