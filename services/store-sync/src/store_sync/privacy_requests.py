"""What stores ask of us about people: every query of the collection `privacy_requests`."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from giftstream.clock import now
from giftstream.mongo import ASCENDING, Database, Document, IndexModel, UpdateOne

COLLECTION = "privacy_requests"
ACT_WITHIN = timedelta(days=30)


class PrivacyRequests:
    """One document a request, under its delivery's id, its body sealed as it came. It stays until
    somebody acted on it: deliveries are forgotten long before."""

    def __init__(self, database: Database) -> None:
        self._requests = database[COLLECTION]

    async def ensure_indexes(self) -> None:
        """By store, the oldest first."""
        await self._requests.create_indexes(
            [IndexModel([("store_id", ASCENDING), ("received_at", ASCENDING), ("_id", ASCENDING)])]
        )

    async def record(self, deliveries: Sequence[Document]) -> None:
        """Keep them; harmless to repeat. The body stays sealed to the delivery's id."""
        writes = [
            UpdateOne({"_id": one["_id"]}, {"$setOnInsert": _request(one)}, upsert=True)
            for one in deliveries
        ]
        if writes:
            await self._requests.bulk_write(writes, ordered=False)

    async def page(
        self, store_id: str, after: tuple[Any, ...] | None, limit: int
    ) -> list[Document]:
        """A store's requests, the oldest first, without their bodies."""
        query: Document = {"store_id": store_id}
        if after is not None:
            moment, request_id = after
            query["$or"] = [
                {"received_at": {"$gt": moment}},
                {"received_at": moment, "_id": {"$gt": request_id}},
            ]
        found = self._requests.find(query, {"body": 0})
        order = [("received_at", ASCENDING), ("_id", ASCENDING)]
        return await found.sort(order).limit(limit).to_list(None)


def _request(delivery: Document) -> Document:
    return {
        "store_id": delivery["store_id"],
        "topic": delivery["topic"],
        "triggered_at": delivery["triggered_at"],
        "received_at": delivery["received_at"],
        "recorded_at": now(),
        "act_by": delivery["received_at"] + ACT_WITHIN,
        "status": "open",
        "body": delivery["body"],
        "version": 1,
    }
