"""Each store's restocks are read beside the others': a dead store holds nobody up."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from giftstream.clock import now
from giftstream.mongo import Database, Document
from giftstream_platforms.failures import StoreRefused
from order_placement.orders import Orders
from order_placement.restocking.release_restocked import ReleaseRestocked
from order_placement.restocking.restocks import RESTOCKS, Restocks
from order_placement.store import Stock
from support.waiting import until

DEAD, ALIVE = "store-dead", "store-alive"


class Shops:
    """Two stores: one has everything, the other never answers until it is mended."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.mended = asyncio.Event()
        self.refused: set[str] = set()

    async def of(self, store_id: str) -> "Shop":
        return Shop(self, store_id)


class Shop:
    def __init__(self, shops: Shops, store_id: str) -> None:
        self._shops = shops
        self._store_id = store_id

    async def stock(self, refs: Sequence[str]) -> Mapping[str, Stock]:
        self._shops.asked += [(self._store_id, ref) for ref in refs]
        if self._store_id == DEAD:
            await self._shops.mended.wait()
        if self._shops.refused & set(refs):
            raise StoreRefused(["no such thing"])
        return {ref: Stock(10) for ref in refs}


class Rejudged:
    """What was released, in order."""

    def __init__(self, database: Database) -> None:
        self._orders = database["orders"]
        self.released: list[str] = []

    async def again(self, orders: Sequence[Document], cleared: Sequence[str]) -> None:
        assert cleared == ("out_of_stock",)
        ids = [one["_id"] for one in orders]
        self.released += ids
        await self._orders.update_many({"_id": {"$in": ids}}, {"$set": {"status": "approved"}})


class World:
    def __init__(self, database: Database, **changed: Any) -> None:
        self.database = database
        self.restocks = Restocks(database)
        self.orders = Orders(database)
        self.shops = Shops()
        self.rejudged = Rejudged(database)
        self.release = ReleaseRestocked(
            self.restocks,
            self.orders,
            self.shops,  # type: ignore[arg-type]  # only the stock of it is asked
            self.rejudged,  # type: ignore[arg-type]  # only told again
            **changed,
        )

    async def short(self, store_id: str, *products: str) -> None:
        """An order of each product waits for stock, and the store said that it moved."""
        for product in products:
            await self.database["orders"].insert_one(
                {
                    "_id": f"{store_id}/{product}",
                    "store_id": store_id,
                    "status": "on_hold",
                    "reasons": [{"code": "out_of_stock"}],
                    "placing": {"phase": None, "handle": None},
                    "lines": [{"product_ref": product, "variant_ref": product, "quantity": 1}],
                    "created_at": now(),
                    "sequence": 1,
                    "version": 1,
                    "outbox": [],
                }
            )
        await self.restocks.note([(store_id, product) for product in products])

    async def noted(self, store_id: str) -> list[Document]:
        found = self.database[RESTOCKS].find({"store_id": store_id}).sort("due_at", 1)
        return await found.to_list(None)

    async def run(self) -> None:
        """As the service does every half second; it must not have to wait for a store."""
        async with asyncio.timeout(5):
            await self.release()

    async def released(self, *orders: str) -> None:
        async def are() -> bool:
            await self.run()
            return set(orders) <= set(self.rejudged.released)

        await until(are, within_s=10, what=f"{orders} released", every_s=0.01)

    async def left(self, store_id: str, count: int) -> list[Document]:
        """What is still noted of the store, once it is so many products."""
        noted: list[Document] = []

        async def are() -> bool:
            noted[:] = await self.noted(store_id)
            return len(noted) == count

        await until(are, within_s=10, what=f"{count} of {store_id} left", every_s=0.01)
        return noted


@pytest.fixture
async def in_earnest(database: Database) -> AsyncIterator[World]:
    """With the deadline as it is: it does not pass in a test."""
    world = World(database)
    await world.orders.ensure_indexes()
    await world.restocks.ensure_indexes()
    yield world
    await world.release.stop()


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """With a short one."""
    world = World(database, stock_deadline_s=0.2)
    await world.orders.ensure_indexes()
    await world.restocks.ensure_indexes()
    yield world
    await world.release.stop()


async def test_a_dead_store_with_many_products_holds_up_nobody(in_earnest: World) -> None:
    world = in_earnest
    await world.short(DEAD, *(f"d{n}" for n in range(20)))
    await world.short(ALIVE, "a1", "a2")
    await world.released(f"{ALIVE}/a1", f"{ALIVE}/a2")
    await world.left(ALIVE, 0)
    await world.left(DEAD, 20)


async def test_a_dead_store_is_asked_once_a_pause_and_not_once_a_product(world: World) -> None:
    await world.short(DEAD, "d1", "d2", "d3")
    await world.run()

    async def all_wait() -> bool:
        noted = await world.noted(DEAD)
        return all(one["attempts"] == 1 and one["due_at"] > now() for one in noted)

    await until(all_wait, within_s=5, what="all three wait", every_s=0.01)
    assert world.shops.asked == [(DEAD, "d1")]
    # Who was asked in vain comes last: were it alone at fault, the others would be read.
    assert [one["product_ref"] for one in await world.noted(DEAD)][-1] == "d1"


async def test_a_store_that_is_back_goes_on_with_all_its_products(world: World) -> None:
    await world.short(DEAD, "d1", "d2")
    await world.run()

    async def wait() -> bool:
        return all(one["attempts"] for one in await world.noted(DEAD))

    await until(wait, within_s=5, what="both wait", every_s=0.01)
    world.shops.mended.set()
    await world.database[RESTOCKS].update_many({}, {"$set": {"due_at": now()}})
    await world.released(f"{DEAD}/d1", f"{DEAD}/d2")


async def test_a_product_that_the_store_refuses_delays_itself_alone(world: World) -> None:
    world.shops.refused = {"a1"}
    await world.short(ALIVE, "a1", "a2")
    await world.released(f"{ALIVE}/a2")
    (refused,) = await world.left(ALIVE, 1)
    assert (refused["product_ref"], refused["attempts"]) == ("a1", 1)
    assert refused["due_at"] > now() + timedelta(seconds=1)


async def test_a_hint_that_comes_while_the_stock_is_read_is_not_lost(world: World) -> None:
    await world.short(DEAD, "d1")
    claimed = await world.restocks.claim(DEAD, 30)
    assert claimed is not None
    assert await world.restocks.claim(DEAD, 30) is None
    marked = {"$inc": {"marks": 1, "version": 1}}
    await world.database[RESTOCKS].update_one({"_id": claimed["_id"]}, marked)
    await world.restocks.done(claimed)
    again = await world.restocks.claim(DEAD, 30)
    assert again is not None
    await world.restocks.done(again)
    assert await world.noted(DEAD) == []


async def test_what_a_stop_left_comes_due_by_itself(world: World) -> None:
    await world.short(DEAD, "d1")
    await world.run()

    async def asked() -> bool:
        return bool(world.shops.asked)

    await until(asked, within_s=5, what="the store is asked", every_s=0.01)
    await world.release.stop()
    (left,) = await world.noted(DEAD)
    assert now() < left["due_at"] < now() + timedelta(seconds=31)
