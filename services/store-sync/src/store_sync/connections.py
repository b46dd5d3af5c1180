"""Store connections: every query of the collection `connections`."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from giftstream.clock import now
from giftstream.mongo import ASCENDING, Database, Document, IndexModel, ReturnDocument
from giftstream.outbox import outbox_room, state_entry

COLLECTION = "connections"
CHANGED = "store.changed"
LIVE = ("connected", "needs_attention")
CHECKED_LATELY_MS = 2000


class Connections:
    """One document a store: where it is, its sealed secrets, its settings, how it is now.

    `revision` grows with everything that others are told; `version` with every write.
    """

    def __init__(self, database: Database) -> None:
        self._connections = database[COLLECTION]

    async def ensure_indexes(self) -> None:
        """By brand for lists, by due time for checks, one live connection a shop and brand."""
        live = {"live": True}
        await self._connections.create_indexes(
            [
                IndexModel([("brand_id", ASCENDING), ("_id", ASCENDING)]),
                IndexModel([("check_due_at", ASCENDING)]),
                IndexModel([("changed_at", ASCENDING)]),
                IndexModel([("base_url", ASCENDING)]),
                IndexModel(
                    [("brand_id", ASCENDING), ("platform", ASCENDING), ("base_url", ASCENDING)],
                    name="one_live_connection",
                    unique=True,
                    partialFilterExpression=live,
                ),
            ]
        )

    async def add(self, connection: Document) -> None:
        """Raises DuplicateKeyError when it exists, or its shop is connected for the brand."""
        await self._connections.insert_one(
            {
                **connection,
                "version": 1,
                "revision": 1,
                "live": True,
                "changed_at": now(),
                "outbox": [state_entry(CHANGED)],
            }
        )

    async def get(self, store_id: str) -> Document | None:
        """The whole document."""
        return await self._connections.find_one({"_id": store_id})

    async def live(self, brand_id: str, platform: str, base_url: str) -> Document | None:
        """The one connection of this shop and brand that is not disconnected."""
        shop = {"brand_id": brand_id, "platform": platform, "base_url": base_url, "live": True}
        return await self._connections.find_one(shop)

    async def page(self, brand_id: str | None, after: str | None, limit: int) -> list[Document]:
        """By id, all brands when `brand_id` is None."""
        query: Document = {}
        if brand_id is not None:
            query["brand_id"] = brand_id
        if after is not None:
            query["_id"] = {"$gt": after}
        return await self._connections.find(query).sort("_id", ASCENDING).limit(limit).to_list(None)

    async def connected(self) -> list[Document]:
        """All that are followed and polled."""
        return await self._connections.find({"status": "connected"}).to_list(None)

    def changed_since(self, moment: datetime | None) -> AsyncIterator[Document]:
        """What the webhook edge must know, of connections changed since then."""
        query = {} if moment is None else {"changed_at": {"$gte": moment}}
        fields = ("brand_id", "shop", "hook_hash", "secrets", "previous", "changed_at")
        return self._connections.find(query, dict.fromkeys(fields, 1))

    async def change(
        self, before: Document, fields: Mapping[str, Any], *, told: bool = True
    ) -> Document | None:
        """Compare-and-set on the version; None when somebody wrote meanwhile, or no room is left.

        `told` changes go out as store.changed.
        """
        query = {"_id": before["_id"], "version": before["version"]}
        update: Document = {
            "$set": {**fields, "changed_at": now()},
            "$inc": {"version": 1, "revision": 1 if told else 0},
        }
        if told:
            query |= outbox_room()
            update["$push"] = {"outbox": state_entry(CHANGED)}
        return await self._connections.find_one_and_update(
            query, update, return_document=ReturnDocument.AFTER
        )

    async def claim_check(self, until_s: float) -> Document | None:
        """The next connection due for a check, moved on so that nobody else takes it."""
        moment = now()
        return await self._connections.find_one_and_update(
            {"check_due_at": {"$lte": moment}, "live": True},
            {
                "$set": {"check_due_at": moment + timedelta(seconds=until_s)},
                "$inc": {"version": 1},
            },
            sort=[("check_due_at", ASCENDING)],
            return_document=ReturnDocument.AFTER,
        )

    async def other_hooks(self, connection: Document) -> frozenset[str]:
        """The hashes of the path tokens that other connections of the same shop live by."""
        shop = {name: connection[name] for name in ("platform", "base_url")}
        query = {**shop, "live": True, "_id": {"$ne": connection["_id"]}}
        found = self._connections.find(query, {"hook_hash": 1})
        return frozenset([one["hook_hash"] async for one in found])

    async def check_soon(self, store_id: str) -> None:
        """Something hints at trouble: look at the store itself."""
        await self._connections.update_one(
            {"_id": store_id, "live": True},
            {"$set": {"check_due_at": now()}, "$inc": {"version": 1}},
        )

    async def check_again(self, store_id: str) -> None:
        """Somebody was refused who had our credentials: look at the store, but not more often than
        every two seconds, since many are refused at once."""
        lately = {"$add": ["$checked_at", CHECKED_LATELY_MS]}
        due_at = {"$min": ["$check_due_at", {"$max": [now(), lately]}]}
        await self._connections.update_one(
            {"_id": store_id, "live": True},
            [{"$set": {"check_due_at": due_at, "version": {"$add": ["$version", 1]}}}],
        )
