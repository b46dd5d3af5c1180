"""kill -9 of order-placement at every point: one live order each, whatever the point."""

import signal

import pytest
from support.brands import Brand
from support.checker import check
from support.stack import Stack

PLACING = [
    "place.claimed",
    "place.intent_saved",
    "place.prepare_sent",
    "place.handle_saved",
    "place.checked",
    "place.permitted",
    "place.commit_sent",
    "place.result_saved",
    "place.published",
]
DELIVERY = [
    "batch.decoded",
    "batch.written",
    "batch.published",
    "batch.parked",
    "batch.before_ack",
    "outbox.before_send",
    "outbox.sent",
    "outbox.pulled",
]


async def killed_at(stack: Stack, brand: Brand, point: str) -> None:
    """Three selections meet a process that dies at the point; the next one finishes the work."""
    selections = [brand.selection() for _ in range(3)]
    doomed = await stack.restart("order-placement", ready=False, GIFTSTREAM_CRASHPOINT=point)
    await brand.publish(*selections)
    assert await doomed.wait() == -signal.SIGKILL, f"it did not die at {point}"
    await stack.restart("order-placement")
    for selection in selections:
        await brand.order_of(selection["selection_id"], "placed", within_s=60.0)
    await check(brand)


@pytest.mark.parametrize("point", PLACING)
async def test_a_kill_while_placing_leaves_one_order(
    stack: Stack, brand: Brand, point: str
) -> None:
    await killed_at(stack, brand, point)


@pytest.mark.long
@pytest.mark.parametrize("point", DELIVERY)
async def test_a_kill_while_taking_in_leaves_one_order(
    stack: Stack, brand: Brand, point: str
) -> None:
    await killed_at(stack, brand, point)


@pytest.mark.long
@pytest.mark.parametrize("point", PLACING)
async def test_a_kill_at_the_second_order_leaves_one_order_each(
    stack: Stack, brand: Brand, point: str
) -> None:
    await killed_at(stack, brand, f"{point}:2")
