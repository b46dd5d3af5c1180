"""Every fault of the simulator's menu in every store, each with the same small chance a call."""

from typing import get_args

from simulator.faults import FaultName
from support.brands import Brand
from support.stack import Stack


async def begin(stack: Stack, brands: list[Brand], chance: float) -> None:
    """From now on every call may fail, and every webhook be lost, told twice or late."""
    for fault in get_args(FaultName):
        await stack.simulator.post("/_faults", {"fault": fault, "probability": chance})
    chaos = {"drop": chance, "duplicate": 1, "shuffle": True}
    for brand in brands:
        await stack.simulator.post("/_webhooks", {"store": brand.store, **chaos})


async def end(stack: Stack, brands: list[Brand]) -> dict[str, int]:
    """All is well again; how often each fault was met."""
    met = {one["fault"]: one["drawn"] for one in (await stack.simulator.get("/_faults"))["items"]}
    await stack.simulator.call("DELETE", "/_faults")
    for brand in brands:
        await stack.simulator.post("/_webhooks", {"store": brand.store})
    return met
