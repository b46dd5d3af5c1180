"""SIGSTOP of order-placement at every point, past its lease, beside another replica: one order."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import psutil
import pytest
from giftstream import mongo
from localstack.stack.parts import Part
from support.brands import Brand
from support.checker import check
from support.stack import Stack
from support.waiting import until

from .test_kills import PLACING

SOME = ["place.prepare_sent", "place.permitted", "place.commit_sent"]
POINTS = [p if p in SOME else pytest.param(p, marks=pytest.mark.long) for p in PLACING]


@pytest.fixture(autouse=True)
async def nobody_sleeps(stack: Stack) -> AsyncIterator[None]:
    """A failed test leaves no second replica to the next one."""
    yield
    await stack.part("order-placement-2").process.stop()


async def stopped_at(stack: Stack, brand: Brand, point: str) -> tuple[Part, list[str]]:
    """The second replica, alone at work and stopped at the point, and the selections it met."""
    await stack.part("order-placement").process.stop()
    sleeper = await stack.restart("order-placement-2", GIFTSTREAM_CRASHPOINT=f"{point}:1:stop")
    selections = [brand.selection() for _ in range(3)]
    await brand.publish(*selections)

    async def stopped() -> bool:
        return psutil.Process(sleeper.process.pid).status() == psutil.STATUS_STOPPED

    await until(stopped, within_s=30.0, what=f"stopped at {point}", every_s=0.05)
    return sleeper, [one["selection_id"] for one in selections]


async def taken_over(stack: Stack, store_id: str) -> None:
    """Return once the first replica has the lane, or nobody: the sleeper's lease is over."""
    mine = stack.at.services["order-placement"].rpartition(":")[2]
    over: Any = {
        "$or": [{"holder": {"$regex": f":{mine}$"}}, {"$expr": {"$lte": ["$until", "$$NOW"]}}]
    }
    database = mongo.connect(stack.servers.mongo, "giftstream_order_placement")

    async def is_over() -> bool:
        return await database["lanes"].find_one({"_id": store_id, **over}) is not None

    try:
        await until(is_over, within_s=30.0, what="the lease is over", every_s=0.05)
    finally:
        mongo.close(database)


async def all_placed(brand: Brand, selection_ids: list[str]) -> None:
    for selection_id in selection_ids:
        await brand.order_of(selection_id, "placed", within_s=60.0)


async def ended(sleeper: Part) -> None:
    """Whatever it had in hand when it was stopped has been done or given up by now."""
    await sleeper.process.stop()
    assert sleeper.process.exit_code == 0


@pytest.mark.parametrize("point", POINTS)
async def test_who_wakes_when_all_is_done_changes_nothing(
    stack: Stack, brand: Brand, point: str
) -> None:
    sleeper, selections = await stopped_at(stack, brand, point)
    await stack.restart("order-placement")
    await taken_over(stack, brand.store_id)
    await all_placed(brand, selections)
    sleeper.process.resume()
    await ended(sleeper)
    await check(brand)


@pytest.mark.long
@pytest.mark.parametrize("point", PLACING)
async def test_who_wakes_in_the_midst_of_anothers_work_makes_no_second_order(
    stack: Stack, brand: Brand, point: str
) -> None:
    sleeper, selections = await stopped_at(stack, brand, point)
    starting = asyncio.create_task(stack.restart("order-placement"))
    await taken_over(stack, brand.store_id)
    sleeper.process.resume()
    await starting
    await all_placed(brand, selections)
    await ended(sleeper)
    await check(brand)
