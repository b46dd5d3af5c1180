"""The collection `messages`: who is told what, and how far that has come.

Open messages have a `due_at`; the others do not. `due` is to be tried, `waiting` has no address to
go to yet, `claimed` is being prepared, `sending` is being handed over: a replica that dies there
leaves it open whether the mail left, so whoever takes it up counts it as `ambiguous`. `sent`,
`failed`, `ambiguous` and `overtaken` are ends.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from giftstream.delivery import Facts
from giftstream.identity import new_id
from giftstream.mongo import (
    ASCENDING,
    Collection,
    Database,
    Document,
    DuplicateKeyError,
    IndexModel,
    ReturnDocument,
    server_now,
)
from giftstream.outbox import Entry

MESSAGES = "messages"
# What is being sent right now is an inner matter: to others it is due.
DUE = ("due", "claimed", "sending")


class Messages:
    """Every query of messages. Whoever claimed one may write it until the lease is over."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._messages: Collection = database[MESSAGES]

    async def ensure_indexes(self) -> None:
        """Create what is missing."""
        open_ones = {"due_at": {"$exists": True}}
        await self._messages.create_indexes(
            [
                IndexModel([("due_at", ASCENDING)], name="due", partialFilterExpression=open_ones),
                IndexModel([("order_id", ASCENDING), ("_id", ASCENDING)], name="by_order"),
                IndexModel([("brand_id", ASCENDING), ("_id", ASCENDING)], name="by_brand"),
            ]
        )

    async def read(self, facts: Facts, message_ids: Sequence[str]) -> None:
        """Those of them that exist into the facts."""
        await facts.read(MESSAGES, self._messages.find({"_id": {"$in": list(message_ids)}}))

    async def add(self, message: Document) -> Document:
        """The message as stored: the first one stands when it is added again."""
        stored = {**message, "version": 1, "outbox": []}
        try:
            await self._messages.insert_one(stored)
        except DuplicateKeyError:
            return await self._messages.find_one({"_id": message["_id"]}) or stored
        return stored

    async def claim(self, lease: timedelta, most: int) -> list[Document]:
        """Up to so many due messages, nobody else's until the lease (server time) is over."""
        moment = await server_now(self._database)
        claimed: list[Document] = []
        while len(claimed) < most:
            message = await self._messages.find_one_and_update(
                {"due_at": {"$lte": moment}},
                [{"$set": _claimed(moment + lease)}],
                sort=[("due_at", ASCENDING)],
                return_document=ReturnDocument.AFTER,
            )
            if message is None:
                break
            claimed.append(message)
        return claimed

    async def is_open(self, message_id: str) -> bool:
        """Whether this message is still to be sent."""
        query = {"_id": message_id, "due_at": {"$exists": True}}
        return await self._messages.find_one(query, {"_id": 1}) is not None

    async def begin_sending(self, message: Document) -> bool:
        """From here on the mail may leave. False when somebody else has taken the message up."""
        return await self._write(message, {"$set": {"status": "sending"}})

    async def postpone(
        self,
        message: Document,
        pause: timedelta,
        reason: str | None = None,
        *,
        status: str = "due",
    ) -> None:
        """Open again after the pause; with a `reason` it counts as an attempt that failed."""
        changed = {
            "status": status,
            "due_at": await server_now(self._database) + pause,
            "reason": reason,
            "ambiguous": message["ambiguous"],
        }
        counted = {"attempts": 0 if reason is None else 1}
        await self._write(message, {"$set": changed, "$unset": {"claim": ""}, "$inc": counted})

    async def finish(
        self, message: Document, changed: Mapping[str, Any], entries: Sequence[Entry]
    ) -> bool:
        """An end, with the events that tell of it. False when the lease was lost meanwhile."""
        update: Document = {"$set": dict(changed), "$unset": {"due_at": "", "claim": ""}}
        if entries:
            update["$push"] = {"outbox": {"$each": list(entries)}}
        return await self._write(message, update)

    async def find(
        self, query: Mapping[str, str], after: tuple[Any, ...] | None, limit: int
    ) -> list[Document]:
        """Messages by equal fields, in order of their ids, beginning after one."""
        matching: Document = dict(query)
        if query.get("status") == "due":
            matching["status"] = {"$in": list(DUE)}
        if after is not None:
            matching["_id"] = {"$gt": after[0]}
        cursor = self._messages.find(matching).sort("_id", ASCENDING).limit(limit)
        return await cursor.to_list(limit)

    async def _write(self, message: Document, update: Document) -> bool:
        counted = {**update.get("$inc", {}), "version": 1}
        query = {"_id": message["_id"], "claim": message["claim"]}
        result = await self._messages.update_one(query, {**update, "$inc": counted})
        return result.modified_count == 1


def _claimed(until: datetime) -> Document:
    # In one update with the claim itself, so that a crash right after it does not forget the doubt.
    was_leaving = {"$cond": [{"$eq": ["$status", "sending"]}, 1, 0]}
    return {
        "ambiguous": {"$add": ["$ambiguous", was_leaving]},
        "status": "claimed",
        "claim": new_id(),
        "due_at": until,
        "version": {"$add": ["$version", 1]},
    }
