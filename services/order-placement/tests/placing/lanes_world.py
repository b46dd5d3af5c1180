"""Replicas of all of placing but its service, on a real MongoDB, with stores in memory."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from giftstream.mongo import Database
from order_placement.halts import Halts
from order_placement.placing.drive_lanes import DriveLanes
from order_placement.placing.gift_order import GiftOrder
from order_placement.placing.lane import Lane
from order_placement.placing.lanes import Lanes, Paused
from order_placement.placing.last_look import LastLook
from order_placement.placing.lease import Lease
from order_placement.placing.limits import Limits
from order_placement.placing.place_order import PlaceOrder
from order_placement.placing.placements import Placements
from order_placement.store import StoreProfile
from placing_world import PROFILE, SEALING, approved_order, facts
from store_in_memory import StoreInMemory

LIMITS = Limits(
    lease_s=2.0, renew_s=0.2, store_deadline_s=0.5, settle_s=0.1, shortest_pause_s=0.05,
    longest_pause_s=0.4, probe_s=30.0, lane_concurrency=4, unreachable_before_break=3,
)  # fmt: skip


class StoresInMemory:
    """Several stores by name; what is not there is not connected."""

    def __init__(self) -> None:
        self.stores: dict[str, StoreInMemory] = {}
        self.profiles: dict[str, StoreProfile] = {}

    def open(self, store_id: str) -> StoreInMemory:
        self.stores[store_id] = StoreInMemory()
        self.profiles[store_id] = replace(PROFILE, store_id=store_id)
        return self.stores[store_id]

    async def of(self, store_id: str) -> StoreInMemory:
        return self.stores[store_id]

    async def profile(self, store_id: str) -> StoreProfile | None:
        return self.profiles.get(store_id)


class Replica:
    """All of placing but its service."""

    def __init__(self, database: Database, stores: StoresInMemory, holder: str) -> None:
        placements, look = Placements(database), LastLook(database)
        self.lanes = Lanes(database, holder, LIMITS.lease_s)
        place = PlaceOrder(placements, look, SEALING, self._publish, LIMITS)

        def make_lane(lease: Lease, paused: Paused | None, room: asyncio.Semaphore) -> Lane:
            return Lane(lease, paused, self.lanes, placements, place, stores, LIMITS, room)

        halts = Halts(database)
        self.drive = DriveLanes(self.lanes, placements, make_lane, LIMITS, halts)
        self.task: asyncio.Task[None] | None = None

    async def _publish(self, order: GiftOrder) -> None:
        pass

    def start(self) -> None:
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            await self.drive()
            await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """Nothing is released and nothing ends in order."""
        assert self.task is not None
        self.task.cancel()
        for lane in self.drive._held.values():
            for task in [*lane._in_hand.values(), lane._task]:
                if task is not None:
                    task.cancel()
        await asyncio.sleep(0)


class Stack:
    """A database with facts, stores, and replicas that are ended with the test."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.stores = StoresInMemory()
        self.replicas: list[Replica] = []

    async def begin(self) -> None:
        """The facts that orders are judged by."""
        for name, documents in facts().items():
            await self.database[name].insert_many(documents)

    def replica(self, holder: str) -> Replica:
        made = Replica(self.database, self.stores, holder)
        made.start()
        self.replicas.append(made)
        return made

    async def orders(self, store_id: str, number: int) -> list[str]:
        documents = [approved_order(store_id=store_id) for _ in range(number)]
        await self.database["orders"].insert_many(documents)
        return [one["_id"] for one in documents]

    async def until(self, holds: Callable[[], Any], within_s: float = 10.0) -> float:
        """Seconds until it held."""
        began = time.monotonic()
        async with asyncio.timeout(within_s):
            while not await holds():  # noqa: ASYNC110 - MongoDB tells nobody
                await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def placed(self, ids: list[str]) -> int:
        query = {"_id": {"$in": ids}, "status": "placed"}
        return int(await self.database["orders"].count_documents(query))

    async def all_placed(self, ids: list[str]) -> bool:
        return await self.placed(ids) == len(ids)

    async def more_than(self, number: int, ids: list[str]) -> bool:
        return await self.placed(ids) > number

    async def is_paused(self, store_id: str) -> bool:
        return bool((await self.lane(store_id)).get("paused"))

    async def lane(self, store_id: str) -> dict[str, Any]:
        return await self.database["lanes"].find_one({"_id": store_id}) or {}
