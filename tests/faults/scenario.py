"""One seed: load and faults together, then quiet, then the invariants."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from faults.lab import Lab
from faults.load import Load
from faults.people import People, place_what_waits
from faults.schedule import Fault, plan
from faults.striking import Say, strike
from support.brands import Brand
from support.checker import check_all
from support.invariants.ledger import last_kinds, ledger_of
from support.invariants.quiet import at_rest
from support.waiting import until

QUIET_WITHIN_S = 180.0


@dataclass(frozen=True)
class Result:
    """What a run came to."""

    statuses: Counter[str]
    died: list[str]
    """Services that ended although no fault ended them."""
    took_s: float


async def run(
    lab: Lab,
    seed: int,
    *,
    selections: int,
    within_s: float,
    faults: Sequence[Fault] | None = None,
    say: Say = lambda _: None,
) -> Result:
    """The seed's faults, or those given; AssertionError when an invariant does not hold."""
    begun = time.monotonic()
    faults = plan(seed, within_s) if faults is None else faults
    said = "\n".join(f"  {fault}" for fault in faults)
    say(f"seed {seed}: {selections} selections in {within_s:.0f} s, {len(faults)} faults\n{said}")
    brands = await lab.brands()
    load = Load(seed, brands, selections, within_s)
    say("begun")
    people = asyncio.create_task(People(seed, brands).act())
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(load.send())
            for fault in faults:
                group.create_task(strike(lab, fault, brands, say))
    finally:
        people.cancel()
        await asyncio.gather(people, return_exceptions=True)
    died = await lab.heal()
    say(f"healed after {time.monotonic() - begun:.0f} s; ended by themselves: {died or 'none'}")
    await _nothing_waits(brands)
    await _all_arrived(brands)
    say(f"all arrived after {time.monotonic() - begun:.0f} s")
    lab.poison |= set(load.poison)
    orders = await check_all(brands, poison=lab.poison, within_s=QUIET_WITHIN_S)
    statuses = Counter(order["status"] for order in orders)
    say(f"INV1 to INV9 hold after {time.monotonic() - begun:.0f} s: {dict(statuses)}")
    return Result(statuses, died, time.monotonic() - begun)


async def _nothing_waits(brands: Sequence[Brand]) -> None:
    """Persons place what is held until every selection is known and nothing is held any more."""
    for brand in brands:

        async def placed(brand: Brand = brand) -> bool:
            await at_rest(brand, QUIET_WITHIN_S)
            return not await place_what_waits(brand)

        await until(placed, within_s=QUIET_WITHIN_S, what="nothing held any more", every_s=0.5)


async def _all_arrived(brands: Sequence[Brand]) -> None:
    """The merchant by the clock has shipped and delivered whatever is live."""
    left: list[str] = []

    async def arrived() -> bool:
        left[:] = [
            mark
            for brand in brands
            for mark, kind in last_kinds(await ledger_of(brand.stack, brand.store)).items()
            if kind not in ("delivered", "cancelled")
        ]
        return not left

    await until(arrived, within_s=QUIET_WITHIN_S, what=f"delivered: {left}", every_s=0.5)
