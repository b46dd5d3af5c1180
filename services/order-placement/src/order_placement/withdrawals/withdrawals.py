"""The collection `withdrawals`: one document a selection, of the selection's own id."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from giftstream.clock import now
from giftstream.events import Reason
from giftstream.mongo import ASCENDING, Collection, Database, Document, IndexModel

from order_placement.called_off import said
from order_placement.intake.facts import IntakeFacts
from order_placement.intake.submission import Withdrawal

WITHDRAWALS = "withdrawals"
PAGE = 100
SETTLED_AFTER_S = 300.0
LONGEST_PAUSE_S = 3600.0
FORGOTTEN_AFTER = timedelta(days=8)
"""No selection on Kafka is older than a week."""


def new_withdrawal(item: Withdrawal, facts: IntakeFacts, signed: bool) -> Document:
    """Due at once. `waiting` until its selection is here."""
    record = item.record
    return {
        "_id": item.identity,
        "brand_id": item.event.brand_id,
        "selection_id": item.event.selection_id,
        "reason": item.event.reason,
        "signed": signed,
        "source": {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
        },
        "withdrawn_at": item.event.occurred_at,
        "received_at": facts.now,
        "outcome": "waiting",
        "reasons": [],
        "looks": 0,
        "due_at": facts.now,
        "forget_at": facts.now + FORGOTTEN_AFTER,
    }


def counts(withdrawal: Mapping[str, Any], signed: bool, brand: Document | None) -> bool:
    """What was signed is taken back by who can sign, unless the brand trusts everybody."""
    accepts = brand is not None and brand["unsigned_selections"] == "accept"
    return bool(withdrawal["signed"]) or not signed or accepts


def withdrawn_before(selection: Document, facts: IntakeFacts) -> Document | None:
    """The withdrawal that was here before its selection, where it counts."""
    found = facts.get(WITHDRAWALS, selection["_id"])
    brand = facts.get("brands", selection["brand_id"])
    return found if found and counts(found, selection["signed"], brand) else None


def withdrawn(withdrawal: Document, facts: IntakeFacts) -> Document:
    """The fields of an order that is called off by it before anything was begun."""
    return {
        "status": "cancelled",
        "reasons": said("selection_withdrawn", withdrawal["reason"]),
        "due_at": None,
        "withdrawn": mark(withdrawal, facts),
    }


def mark(withdrawal: Document, facts: IntakeFacts) -> Document:
    """That the order has been told of it, whatever became of that."""
    return {"at": facts.now, "reason": withdrawal["reason"]}


class Withdrawals:
    """Found by id and by when they are due; those whose selection never comes are forgotten."""

    def __init__(self, database: Database) -> None:
        self._withdrawals: Collection = database[WITHDRAWALS]

    async def ensure_indexes(self) -> None:
        """By due time, and for the end of those that nobody needs."""
        await self._withdrawals.create_indexes(
            [
                IndexModel(
                    [("due_at", ASCENDING)], partialFilterExpression={"due_at": {"$type": "date"}}
                ),
                IndexModel([("forget_at", ASCENDING)], expireAfterSeconds=0),
            ]
        )

    async def find(self, identity: str) -> Document | None:
        """By the selection's id."""
        return await self._withdrawals.find_one({"_id": identity})

    async def due(self) -> list[Document]:
        """Some that are to be looked at now."""
        query = {"due_at": {"$type": "date", "$lte": now()}}
        cursor = self._withdrawals.find(query).sort("due_at", ASCENDING).limit(PAGE)
        return [one async for one in cursor]

    async def waits(self, withdrawal: Document) -> None:
        """Its selection is not here; look again, less and less often."""
        pause = min(2.0 ** min(withdrawal["looks"], 20), LONGEST_PAUSE_S)
        await self._looked(withdrawal, {"due_at": now() + timedelta(seconds=pause)})

    async def done(self, withdrawal: Document) -> None:
        """All its orders have been told. Looked at a few times more, for what came at the same
        moment; then never again."""
        pause = 2.0 ** min(withdrawal["looks"], 20)
        again = now() + timedelta(seconds=pause) if pause < SETTLED_AFTER_S else None
        await self._looked(withdrawal, {"outcome": "done", "due_at": again, "forget_at": None})

    async def refused(self, withdrawal: Document, reasons: tuple[Reason, ...]) -> None:
        """It does not count for the selection that came."""
        told = [one.model_dump() for one in reasons]
        fields = {"outcome": "refused", "reasons": told, "due_at": None, "forget_at": None}
        await self._looked(withdrawal, fields)

    async def _looked(self, withdrawal: Document, fields: Document) -> None:
        # Nothing when somebody wrote it meanwhile: whoever it was has looked too.
        await self._withdrawals.update_one(
            {"_id": withdrawal["_id"], "version": withdrawal["version"]},
            {"$set": fields, "$inc": {"version": 1, "looks": 1}},
        )
