"""Placing beside a store in trouble: how long orders of the other stores take, against the same
stores without it."""

import asyncio
import json
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

from localstack.servers import Servers
from support import topics
from support.brands import Brand, set_up
from support.stack import Stack, running_stack
from support.waiting import until

from bench.report import Row

# Half of what our share of each store's rate lets us place (1.4 a second): an empty bucket would
# delay the later rounds, and the troubled store be blamed for it.
WELL = 8
A_SECOND, SECONDS, ROUNDS = 6.0, 20.0, 2
BACKLOG = 40
TROUBLES = {"dead": "reset_before", "silent": "hang_after_commit", "throttling": "throttle"}


async def measure(servers: Servers) -> list[Row]:
    """One row for each trouble: the 99th percentile from published to `order.created`, in
    milliseconds, with it and without it; 1.0 would be no delay at all."""
    with tempfile.TemporaryDirectory(prefix="giftstream-bench-") as folder:
        async with running_stack(servers, Path(folder)) as stack:
            well = [await set_up(stack) for _ in range(WELL)]
            troubled = await set_up(stack)
            await _placed_in(well)
            rows = []
            for name, fault in TROUBLES.items():
                rows.append(await _beside(stack, well, troubled, name, fault))
            return rows


async def _beside(stack: Stack, well: list[Brand], troubled: Brand, name: str, fault: str) -> Row:
    alone: list[float] = []
    beside: list[float] = []
    body = {"store": troubled.store, "operation": "*", "fault": fault, "probability": 1.0}
    for _ in range(ROUNDS):
        alone += await _placed_in(well)
        await stack.simulator.post("/_faults", body)
        await troubled.publish(*(troubled.selection() for _ in range(BACKLOG)))
        beside += await _placed_in(well)
        await stack.simulator.call("DELETE", "/_faults")
        await _drained(troubled)
    return Row(f"placing p99 beside a {name} store", _p99(beside), _p99(alone), "ms")


async def _placed_in(brands: list[Brand]) -> list[float]:
    """Milliseconds that each of so many orders took, sent evenly over the stores and the time."""
    sent: dict[str, float] = {}
    for number in range(int(A_SECOND * SECONDS)):
        brand = brands[number % len(brands)]
        selection = brand.selection()
        sent[selection["selection_id"]] = time.time()
        await brand.publish(selection)
        await asyncio.sleep(1 / A_SECOND)
    made: dict[str, float] = {}

    async def all_made() -> bool:
        made.update(await _made(brands[0].stack, sent))
        return len(made) == len(sent)

    await until(all_made, within_s=60.0, what="every order placed", every_s=1.0)
    return [(made[one] - at) * 1000 for one, at in sent.items()]


async def _made(stack: Stack, wanted: dict[str, Any]) -> dict[str, float]:
    """When the store orders of these selections were made, by selection."""
    records = await topics.read_all(stack.servers.kafka, "order.created")
    bodies = ((json.loads(one.value or b"{}"), one.timestamp / 1000) for one in records)
    return {one["selection_id"]: at for one, at in bodies if one.get("selection_id") in wanted}


async def _drained(brand: Brand) -> None:
    """The troubled store has all its orders: it is no burden to the round that follows."""

    async def idle() -> bool:
        lanes = await brand.stack.orders.get("/lanes")
        return not any(one["waiting"] for one in lanes)

    await until(idle, within_s=180.0, what="the backlog placed", every_s=0.5)


def _p99(values: list[float]) -> float:
    return round(quantiles(values, n=100)[98], 1)
