"""The store's worst answers at each of the three draft calls: one live order each."""

import pytest
from support.brands import Brand
from support.checker import check
from support.stack import Stack

CALLS = ["draftOrderCreate", "draftOrder", "draftOrderComplete"]
FIRST = ["reset_after_commit", "server_error"]
FURTHER = ["hang_after_commit", "throttle", "html", "truncated", "reset_before"]


async def placed_through(brand: Brand, call: str, fault: str) -> None:
    await brand.fault(call, fault, times=2, delay_ms=4000)
    selections = [brand.selection() for _ in range(3)]
    await brand.publish(*selections)
    for selection in selections:
        await brand.order_of(selection["selection_id"], "placed", within_s=60.0)
    await brand.stack.simulator.call("DELETE", "/_faults")
    await check(brand)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", FIRST)
async def test_a_bad_answer_leaves_one_order(
    stack: Stack, brand: Brand, call: str, fault: str
) -> None:
    await placed_through(brand, call, fault)


@pytest.mark.long
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", FURTHER)
async def test_any_other_bad_answer_leaves_one_order(
    stack: Stack, brand: Brand, call: str, fault: str
) -> None:
    await placed_through(brand, call, fault)
