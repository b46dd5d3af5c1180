"""Webhooks as they came: every query of the collection `deliveries`."""

from collections.abc import Sequence
from datetime import datetime

from giftstream.clock import now
from giftstream.mongo import (
    ASCENDING,
    DUPLICATE_KEY,
    BulkWriteError,
    Database,
    Document,
    IndexModel,
    UpdateOne,
)

COLLECTION = "deliveries"
KEPT_S = 7 * 24 * 3600


class Deliveries:
    """One document a delivery; `_id` is the store and the delivery's own id, so a repeat is none.

    `due_at` is there as long as something is to be done about it.
    """

    def __init__(self, database: Database) -> None:
        self._deliveries = database[COLLECTION]

    async def ensure_indexes(self) -> None:
        """By due time; forgotten after seven days, since the body may name people."""
        await self._deliveries.create_indexes(
            [
                IndexModel([("due_at", ASCENDING)], sparse=True),
                IndexModel([("received_at", ASCENDING)], expireAfterSeconds=KEPT_S),
            ]
        )

    async def add(self, deliveries: Sequence[Document]) -> set[int]:
        """Insert them; returns the places of those that were not stored. A repeat counts as
        stored. Raises PyMongoError when none could be confirmed."""
        try:
            await self._deliveries.insert_many(deliveries, ordered=False)
        except BulkWriteError as error:
            if error.details.get("writeConcernErrors"):
                raise
            failed = error.details["writeErrors"]
            return {one["index"] for one in failed if one["code"] != DUPLICATE_KEY}
        return set()

    async def due(self, limit: int) -> list[Document]:
        """The oldest that wait, without their bodies."""
        found = self._deliveries.find({"due_at": {"$lte": now()}}, {"body": 0})
        return await found.sort("due_at", ASCENDING).limit(limit).to_list(None)

    async def whole(self, ids: Sequence[str]) -> list[Document]:
        """These, with their bodies."""
        return await self._deliveries.find({"_id": {"$in": list(ids)}}).to_list(None)

    async def done(self, ids: Sequence[str], outcome: str) -> None:
        """Nothing more is to be done about these."""
        if ids:
            await self._deliveries.update_many(
                {"_id": {"$in": list(ids)}},
                {"$unset": {"due_at": ""}, "$set": {"outcome": outcome, "done_at": now()}},
            )

    async def wait(self, until: Sequence[tuple[str, datetime]]) -> None:
        """Look at these again later."""
        if until:
            await self._deliveries.bulk_write(
                [
                    UpdateOne({"_id": one}, {"$set": {"due_at": at}, "$inc": {"looks": 1}})
                    for one, at in until
                ],
                ordered=False,
            )
