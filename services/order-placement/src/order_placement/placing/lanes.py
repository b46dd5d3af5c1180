"""One lane a store: who places its orders now, under which epoch, and what keeps it from going on.

Times are the database server's (`$$NOW`), so that replicas with different clocks agree. A lease is
a courtesy between replicas, not what the promise stands on: the five rules hold without any.
"""

import time
from collections.abc import Collection as Several
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from giftstream.mongo import (
    ASCENDING,
    Collection,
    Database,
    Document,
    DuplicateKeyError,
    IndexModel,
    ReturnDocument,
)

from order_placement.placing.lease import Lease

LANES = "lanes"


@dataclass(frozen=True, slots=True)
class Paused:
    """Why a lane stands still: a reason code of CONTRACTS 4, and what people need to know."""

    code: str
    detail: str
    missing: tuple[str, ...] = ()
    revision: int = 0
    """Of the store's settings when it was paused: newer ones that say connected resume it."""

    def as_document(self) -> Document:
        """As `lanes` keeps it and reads show it."""
        return {
            "code": self.code,
            "detail": self.detail,
            "missing": list(self.missing),
            "revision": self.revision,
        }


class Lanes:
    """The collection `lanes`."""

    def __init__(self, database: Database, holder: str, lease_s: float) -> None:
        self._lanes: Collection = database[LANES]
        self._holder = holder
        self._lease_s = lease_s

    async def ensure_indexes(self) -> None:
        """Lanes are found by their store; the sweep looks for those it has not seen for long."""
        await self._lanes.create_indexes([IndexModel([("swept_at", ASCENDING)])])

    async def held_by_others(self, store_ids: Sequence[str]) -> set[str]:
        """Lanes of other replicas whose lease has not run out."""
        if not store_ids:
            return set()
        query = {
            "_id": {"$in": list(store_ids)},
            "holder": {"$nin": [self._holder, None]},
            "$expr": {"$gt": ["$until", "$$NOW"]},
        }
        return {one["_id"] async for one in self._lanes.find(query, {"_id": 1})}

    async def take(self, store_id: str) -> tuple[Lease, Paused | None] | None:
        """The lane under a new epoch, None when another replica holds it.

        A restarted replica takes its own lease back at once instead of waiting until it runs out.
        Should its predecessor still live, stopped in mid-call, that is as if a lease had run out:
        the new epoch fences off its writes, and an order that it had permission to commit is left
        alone until that call's deadline has passed.
        """
        sent_at = time.monotonic()
        query = {"_id": store_id, "$or": [{"holder": self._holder}, _RUN_OUT]}
        # MongoDB allows no $expr in the query of an upsert: the lane is made first, taken then.
        with suppress(DuplicateKeyError):
            free = {"$setOnInsert": {"holder": None, "until": _EPOCH}}
            await self._lanes.update_one({"_id": store_id}, free, upsert=True)
        lane = await self._lanes.find_one_and_update(
            query, self._taken(), return_document=ReturnDocument.AFTER
        )
        if lane is None:
            return None
        paused = lane.get("paused")
        lease = Lease(store_id, lane["epoch"], self._lease_s, sent_at)
        return lease, _paused(paused) if paused else None

    async def renew(self, leases: Several[Lease]) -> set[str]:
        """All leases in one write; the stores whose lane is still ours."""
        if not leases:
            return set()
        sent_at = time.monotonic()
        ours = [self._ours(one) for one in leases]
        done = await self._lanes.update_many({"$or": ours}, [{"$set": {"until": self._until()}}])
        kept = {one.store_id for one in leases}
        if done.matched_count < len(leases):
            kept = {one["_id"] async for one in self._lanes.find({"$or": ours}, {"_id": 1})}
        for lease in leases:
            if lease.store_id in kept:
                lease.renewed(sent_at)
        return kept

    async def release(self, leases: Several[Lease]) -> None:
        """Let others have them at once."""
        if leases:
            ours = [self._ours(one) for one in leases]
            await self._lanes.update_many({"$or": ours}, [{"$set": {"until": "$$NOW"}}])

    async def pause(self, lease: Lease, paused: Paused) -> None:
        """Orders keep their status; reads show what blocks them."""
        told = {"$mergeObjects": [{"$literal": paused.as_document()}, {"at": "$$NOW"}]}
        await self._lanes.update_one(self._ours(lease), [{"$set": {"paused": told}}])

    async def resume(self, lease: Lease) -> None:
        """Nothing blocks it any more."""
        await self._lanes.update_one(self._ours(lease), {"$set": {"paused": None}})

    async def to_sweep(self, every_s: float) -> str | None:
        """A lane that nobody has swept for so long; it is ours to sweep from now on."""
        long_ago = {"$subtract": ["$$NOW", int(every_s * 1000)]}
        query = {"$expr": {"$lte": [{"$ifNull": ["$swept_at", _EPOCH]}, long_ago]}}
        lane = await self._lanes.find_one_and_update(
            query, {"$currentDate": {"swept_at": True}}, sort=[("swept_at", ASCENDING)]
        )
        return None if lane is None else str(lane["_id"])

    def _ours(self, lease: Lease) -> Document:
        return {"_id": lease.store_id, "holder": self._holder, "epoch": lease.epoch}

    def _taken(self) -> list[Document]:
        epoch = {"$add": [{"$ifNull": ["$epoch", 0]}, 1]}
        holder = {"$literal": self._holder}
        return [{"$set": {"epoch": epoch, "holder": holder, "until": self._until()}}]

    def _until(self) -> Document:
        return {"$add": ["$$NOW", int(self._lease_s * 1000)]}


_RUN_OUT: Document = {"$expr": {"$lte": ["$until", "$$NOW"]}}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _paused(document: Document) -> Paused:
    return Paused(
        document["code"], document["detail"], tuple(document["missing"]), document["revision"]
    )
