"""Every fault of the simulator's menu in every store, each with the same small chance a call."""

from support.brands import Brand
from support.stack import Stack

FAULTS = (
    "latency",
    "throttle",
    "server_error",
    "reset_before",
    "reset_after_commit",
    "hang_after_commit",
    "html",
    "truncated",
    "unauthorized",
    "search_lag",
    "total_off",
)


async def begin(stack: Stack, brands: list[Brand], chance: float) -> None:
    """From now on every call may fail, and every webhook be lost, told twice or late."""
    for fault in FAULTS:
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
