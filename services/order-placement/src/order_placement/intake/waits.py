"""Records that wait for a fact: kept sealed as documents, so that their neighbours go on."""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson
from giftstream.clock import now
from giftstream.delivery import Put, Record, insert
from giftstream.events import ReasonCode
from giftstream.mongo import ASCENDING, Collection, Database, Document, IndexModel
from giftstream.sealing import Sealing

from order_placement.intake.submission import Written

WAITING = "waiting"
AGAIN_AFTER = timedelta(seconds=0.5)
PAGE = 200


def wait(
    item: Written,
    code: ReasonCode,
    sealing: Sealing,
    until: datetime,
    becomes: str = "selections",
) -> Put:
    """The record as a document of its own, to be delivered again until then. `becomes`: in which
    collection there is a document of the selection's id once it waits no more."""
    source, brand_id = item.record.source, item.event.brand_id
    document = {
        "_id": source,
        "brand_id": brand_id,
        "selection_id": item.event.selection_id,
        "selection": item.identity,
        "becomes": becomes,
        "code": code,
        "record": sealing.seal(
            _packed(item.record), brand=brand_id, document=source, field="record"
        ),
        "due_at": now() + AGAIN_AFTER,
        "give_up_at": until,
    }
    return insert(WAITING, document)


class Waits:
    """The collection `waiting`."""

    def __init__(self, database: Database, sealing: Sealing) -> None:
        self._waiting: Collection = database[WAITING]
        self._sealing = sealing

    async def ensure_indexes(self) -> None:
        """By when they are due, and by the publisher's ids."""
        by_ids = [("brand_id", ASCENDING), ("selection_id", ASCENDING)]
        await self._waiting.create_indexes([IndexModel("due_at"), IndexModel(by_ids)])

    async def due(self) -> list[Document]:
        """Up to a page of those to be tried now, the longest waiting first."""
        cursor = self._waiting.find({"due_at": {"$lte": now()}}).sort("due_at", 1).limit(PAGE)
        return [one async for one in cursor]

    def record(self, waiting: Document) -> Record:
        """The record as it came."""
        plain = self._sealing.open(
            waiting["record"],
            brand=waiting["brand_id"],
            document=waiting["_id"],
            field="record",
        )
        return _unpacked(waiting["_id"], orjson.loads(plain))

    async def later(self, ids: Sequence[str]) -> None:
        """Try these again after a moment."""
        await self._waiting.update_many(
            {"_id": {"$in": list(ids)}},
            {"$set": {"due_at": now() + AGAIN_AFTER}, "$inc": {"version": 1}},
        )

    async def done(self, ids: Sequence[str]) -> None:
        """These wait no more."""
        await self._waiting.delete_many({"_id": {"$in": list(ids)}})

    async def of(self, brand_id: str, selection_id: str) -> Document | None:
        """Whether a selection waits, and for what."""
        query: Document = {"brand_id": brand_id, "selection_id": selection_id}
        return await self._waiting.find_one({**query, "becomes": {"$ne": "withdrawals"}})


def _packed(record: Record) -> bytes:
    return orjson.dumps(
        {
            "key": _text(record.key),
            "value": _text(record.value),
            "headers": [[name, _text(value)] for name, value in record.headers],
            "timestamp_ms": record.timestamp_ms,
        }
    )


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else base64.b64encode(raw).decode()


def _raw(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


def _unpacked(source: str, packed: Document) -> Record:
    topic, partition, offset = source.rsplit("/", 2)
    headers = tuple((name, _raw(value) or b"") for name, value in packed["headers"])
    key, value = _raw(packed["key"]), _raw(packed["value"])
    return Record(topic, int(partition), int(offset), key, value, headers, packed["timestamp_ms"])
