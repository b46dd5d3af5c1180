"""kill -9 of what works beside placing: the sweep, store-sync, notification; then all invariants.

Each service's own tests kill it at the same points; here the whole chain is looked at.
"""

import asyncio
import signal

import pytest
from localstack.stack.parts import Part
from support.brands import Brand, set_up
from support.checker import check, check_all
from support.invariants.ledger import inert, ledger_of
from support.stack import Stack

FOLLOWING = [
    "hook.verified",
    "hook.persisted",
    "follow.read",
    "follow.saved",
    "poll.page_applied",
    "poll.cursor_saved",
]
MAILING = ["mail.claimed", "mail.data_accepted", "mail.marked"]
POLLING = {"STORE_SYNC_POLL_EVERY_S": "1"}
POINTS = [("store-sync", point) for point in FOLLOWING] + [("notification", p) for p in MAILING]


async def killed(doomed: Part) -> None:
    """Return once it has died at its point."""
    async with asyncio.timeout(60):
        assert await doomed.wait() == -signal.SIGKILL


async def delivered(brand: Brand, selections: list[str]) -> None:
    """Whoever serves the store ships and delivers each order, and we hear of it."""
    path = f"/_merchant/{brand.store}/orders"
    for selection_id in selections:
        order = await brand.order_of(selection_id, "placed", within_s=60.0)
        for action in ("fulfill", "deliver"):
            await brand.stack.simulator.post(f"{path}/{order['store_order']['id']}/{action}")


@pytest.mark.long
@pytest.mark.parametrize(("service", "point"), POINTS)
async def test_a_kill_while_following_or_telling_costs_and_doubles_nothing(
    stack: Stack, service: str, point: str
) -> None:
    brand = await set_up(stack)
    selections = [brand.selection() for _ in range(3)]
    ids = [one["selection_id"] for one in selections]
    doomed = await stack.restart(service, ready=False, GIFTSTREAM_CRASHPOINT=point, **POLLING)
    await brand.publish(*selections)
    # Without store-sync nobody gets access to a store, so what is placed may wait for its return.
    delivering = asyncio.create_task(delivered(brand, ids))
    await killed(doomed)
    await stack.restart(service, **POLLING)
    await delivering
    for selection_id in ids:
        await brand.order_of(selection_id, "delivered", within_s=60.0)
    await check_all([brand])


@pytest.mark.parametrize(
    "point", ["sweep.discarded", pytest.param("sweep.listed", marks=pytest.mark.long)]
)
async def test_a_kill_while_sweeping_leaves_nothing_behind(
    stack: Stack, brand: Brand, point: str
) -> None:
    """The answer is lost and the search late, so that a second handle is prepared."""
    doomed = await stack.restart("order-placement", GIFTSTREAM_CRASHPOINT=point)
    await brand.fault("draftOrderCreate", "reset_after_commit", times=2)
    await brand.fault("draftOrders", "search_lag", times=1000, delay_ms=60_000)
    selections = [brand.selection() for _ in range(3)]
    await brand.publish(*selections)
    for selection in selections:
        await brand.order_of(selection["selection_id"], "placed", within_s=60.0)
    assert inert(await ledger_of(stack, brand.store), set()), "there is nothing to sweep"
    # Only now can the sweep find it: its search was as late as the other one.
    await stack.simulator.call("DELETE", "/_faults")
    await killed(doomed)
    await stack.restart("order-placement")
    await check(brand)
