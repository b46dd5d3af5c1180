"""One storm: selections for many stores at once, and the books afterwards."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from storm import faulty
from storm.unknowns import Unknown, unknowns_of
from support.brands import Brand, set_up
from support.checker import check_all
from support.invariants.orders import LIVE
from support.invariants.quiet import at_rest
from support.stack import Stack
from support.waiting import until

Say = Callable[[str], None]
# Only what follows the storm is shortened: nothing here changes how orders are placed.
SHORT = {"ORDER_PLACEMENT_SWEEP_AFTER_S": "60", "STORE_SYNC_POLL_EVERY_S": "30"}
SETTLES_WITHIN_S = 180.0
"""No outcome stays unknown for longer, whatever fails meanwhile."""
MERCHANT = {"fulfill_after_s": 1.0, "deliver_after_s": 1.0}
SETS_UP_AT_ONCE = 4
SHOWN = 5
WATCHES_EVERY_S = 15.0
QUIET_WITHIN_S = 180.0


@dataclass(frozen=True)
class Asked:
    """How large it is. The stores have Shopify's standard limits."""

    selections: int = 1000
    stores: int = 20
    chance: float = 0.05
    within_s: float = 900.0


@dataclass
class Result:
    """What it came to."""

    statuses: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    met: dict[str, int] = field(default_factory=dict)
    unknowns: list[Unknown] = field(default_factory=list)
    """Each time that an outcome was unknown, the longest first."""
    at_rest_s: float = 0.0

    @property
    def longest_s(self) -> float:
        """The longest that an outcome was unknown."""
        return self.unknowns[0].seconds if self.unknowns else 0.0

    def __str__(self) -> str:
        slowest = "".join(f"\n  {one.order_id}: {one.story}" for one in self.unknowns[:SHOWN])
        return (
            f"all at rest after {self.at_rest_s:.0f} s: {dict(self.statuses)}, "
            f"held for {dict(self.reasons)}; {len(self.unknowns)} unknown outcomes, "
            f"the longest settled after {self.longest_s:.0f} s; faults met: {self.met}; "
            f"the slowest, in seconds:{slowest}"
        )


async def storm(stack: Stack, asked: Asked, say: Say = lambda _: None) -> Result:
    """AssertionError when a selection is not at rest in time, or the books do not add up."""
    await stack.simulator.post("/_autopilot", MERCHANT)
    brands = await _brands(stack, asked.stores, say)
    await faulty.begin(stack, brands, asked.chance)
    begun = time.monotonic()
    await _published(brands, asked.selections)
    say(f"{asked.selections} selections published for {asked.stores} stores")
    watching = asyncio.create_task(_watched(brands, say))
    try:
        orders = [o for brand in brands for o in await at_rest(brand, asked.within_s)]
    finally:
        watching.cancel()
    result = Result(at_rest_s=time.monotonic() - begun, met=await faulty.end(stack, brands))
    result.statuses.update("placed" if one["status"] in LIVE else one["status"] for one in orders)
    held = [one for one in orders if one["status"] not in LIVE]
    result.reasons.update(reason["code"] for one in held for reason in one["reasons"])
    result.unknowns = await unknowns_of(stack, [one.brand_id for one in brands])
    await _looked_at_again(brands)
    await check_all(brands, within_s=QUIET_WITHIN_S)
    say(str(result))
    return result


async def _brands(stack: Stack, count: int, say: Say) -> list[Brand]:
    room = asyncio.Semaphore(SETS_UP_AT_ONCE)

    async def one() -> Brand:
        async with room:
            return await set_up(stack)

    brands = list(await asyncio.gather(*(one() for _ in range(count))))
    say(f"{count} stores connected")
    return brands


async def _published(brands: list[Brand], count: int) -> None:
    own: dict[int, int] = Counter(number % len(brands) for number in range(count))
    for index, brand in enumerate(brands):
        selections = [
            brand.selection(lines=[{"sku": brand.sku(random.randrange(4)), "quantity": 1}])
            for _ in range(own[index])
        ]
        await brand.publish(*selections)


async def _watched(brands: list[Brand], say: Say) -> None:
    """Where the orders are, from time to time."""
    api = brands[0].stack.orders
    while True:
        await asyncio.sleep(WATCHES_EVERY_S)
        lanes = await api.get("/lanes")
        blocked = Counter(one["code"] for lane in lanes for one in lane["blocked_by"])
        waiting = sum(lane["waiting"] for lane in lanes)
        say(f"{waiting} orders under way; lanes paused: {dict(blocked) or 'none'}")


async def _looked_at_again(brands: list[Brand]) -> None:
    """Every store is connected, as the next check of each connection finds out."""

    async def connected() -> bool:
        stores = brands[0].stack.stores
        found = [await stores.get(f"/stores/{brand.store_id}") for brand in brands]
        return all(one["status"] == "connected" for one in found)

    await until(connected, within_s=QUIET_WITHIN_S, what="every store connected again")
