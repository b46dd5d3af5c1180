"""What became no order, and why: a document per record, and an event that says so."""

from collections.abc import Sequence

from giftstream.clock import now
from giftstream.delivery import Put, Record, insert
from giftstream.events import Reason, SelectionRefused, SelectionSubmitted, Source
from giftstream.identity import derived, event_identity
from giftstream.mongo import ASCENDING, Collection, Database, Document, IndexModel
from giftstream.outbox import event_entry

from order_placement.intake.submission import Unusable, Written

REFUSALS = "refusals"
SOURCE = "order-placement"


def refusal_identity(record: Record) -> str:
    """`_id`: one refusal a record, however often it is delivered."""
    return derived(record.topic, str(record.partition), str(record.offset))


def refusal(item: Written | Unusable, reasons: Sequence[Reason]) -> Put:
    """The document and its `selection.refused`."""
    brand_id, selection_id, reference = _names(item)
    record = item.record
    identity = refusal_identity(record)
    source = Source(topic=record.topic, partition=record.partition, offset=record.offset)
    event = SelectionRefused(
        event_id=event_identity(identity, SelectionRefused.topic, 1),
        occurred_at=now(),
        brand_id=brand_id,
        selection_id=selection_id,
        reference=reference,
        reasons=tuple(reasons),
        source=source,
    )
    entry = event_entry(event, source=SOURCE)
    if (brand_id is None or selection_id is None) and record.key:
        entry["key"] = record.key.decode(errors="replace")
    document = {
        "_id": identity,
        "brand_id": brand_id,
        "selection_id": selection_id,
        "reference": reference,
        "reasons": [one.model_dump() for one in reasons],
        "source": source.model_dump(),
        "refused_at": event.occurred_at,
    }
    return insert(REFUSALS, document, [entry])


def _names(item: Written | Unusable) -> tuple[str | None, str | None, str | None]:
    if isinstance(item, Unusable):
        return item.brand_id, item.selection_id, item.reference
    reference = item.event.reference if isinstance(item.event, SelectionSubmitted) else None
    return item.event.brand_id, item.event.selection_id, reference


class Refusals:
    """The collection `refusals`."""

    def __init__(self, database: Database) -> None:
        self._refusals: Collection = database[REFUSALS]

    async def ensure_indexes(self) -> None:
        """By the publisher's ids, brand first."""
        keys = [("brand_id", ASCENDING), ("selection_id", ASCENDING), ("refused_at", ASCENDING)]
        await self._refusals.create_indexes([IndexModel(keys)])

    async def of(self, brand_id: str, selection_id: str, limit: int = 20) -> list[Document]:
        """The newest refusals of a selection."""
        query = {"brand_id": brand_id, "selection_id": selection_id}
        cursor = self._refusals.find(query).sort("refused_at", -1).limit(limit)
        return [one async for one in cursor]
