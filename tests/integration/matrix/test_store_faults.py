"""The store's worst answers at each call that placing makes: one live order each."""

import pytest
from support.brands import Brand
from support.checker import check
from support.stack import Stack

CALLS = ["draftOrderCreate", "draftOrder", "draftOrderComplete"]
LOOKS = ["nodes", "draftOrderAvailableDeliveryOptions"]
FIRST = ["reset_after_commit", "server_error"]
FURTHER = ["hang_after_commit", "throttle", "html", "truncated", "reset_before"]


def some(call: str, fault: str, chosen: set[tuple[str, str]]) -> object:
    marks = () if (call, fault) in chosen else pytest.mark.long
    return pytest.param(call, fault, marks=marks)


async def publish(brand: Brand) -> list[str]:
    selections = [brand.selection() for _ in range(3)]
    await brand.publish(*selections)
    return [one["selection_id"] for one in selections]


async def all_are(brand: Brand, selections: list[str], status: str) -> list[str]:
    """The orders' ids."""
    orders = [await brand.order_of(one, status, within_s=60.0) for one in selections]
    return [order["order_id"] for order in orders]


async def placed_through(brand: Brand, call: str, fault: str, times: int = 2) -> None:
    await brand.fault(call, fault, times=times, delay_ms=4000)
    await all_are(brand, await publish(brand), "placed")
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


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        some(call, fault, {("nodes", "server_error"), (LOOKS[1], "reset_before")})
        for call in LOOKS
        for fault in (*FIRST, *FURTHER)
    ],
)
async def test_a_bad_answer_before_anything_is_prepared_leaves_one_order(
    stack: Stack, brand: Brand, call: str, fault: str
) -> None:
    await placed_through(brand, call, fault)


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        some("draftOrders", fault, {("draftOrders", "search_lag"), ("draftOrders", "html")})
        for fault in ("search_lag", *FIRST, *FURTHER)
    ],
)
async def test_a_search_that_fails_after_a_lost_answer_leaves_one_order(
    stack: Stack, brand: Brand, call: str, fault: str
) -> None:
    """What the search did not find is prepared again; the sweep removes the first one."""
    await brand.fault("draftOrderCreate", "reset_after_commit", times=2)
    # The sweep searches too and has its share of the bad answers.
    await placed_through(brand, call, fault, times=6)


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        some("draftOrderDelete", fault, {("draftOrderDelete", "reset_after_commit")})
        for fault in (*FIRST, *FURTHER)
    ],
)
async def test_a_removal_that_fails_leaves_nothing_behind(
    stack: Stack, brand: Brand, call: str, fault: str
) -> None:
    """What is held because it would cost something is removed, by the sweep if need be."""
    await brand.fault("draftOrderCreate", "total_off", times=3)
    await brand.fault(call, fault, times=2, delay_ms=4000)
    selections = await publish(brand)
    held = await all_are(brand, selections, "on_hold")
    await check(brand)
    await brand.stack.simulator.call("DELETE", "/_faults")
    await stack.orders.post("/orders/place", {"order_ids": held, "by": "a person"})
    await all_are(brand, selections, "placed")
    await check(brand)


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        some(call, fault, {("orderCancel", "reset_after_commit")})
        for call in ("orderCancel", "order")
        for fault in (*FIRST, *FURTHER)
    ],
)
async def test_a_cancel_whose_answer_is_bad_leaves_no_live_order(
    stack: Stack, brand: Brand, call: str, fault: str
) -> None:
    selections = await publish(brand)
    placed = await all_are(brand, selections, "placed")
    await brand.fault(call, fault, times=2, delay_ms=4000)
    for order_id in placed:
        await stack.orders.post(f"/orders/{order_id}/cancel")
    await all_are(brand, selections, "cancelled")
    await brand.stack.simulator.call("DELETE", "/_faults")
    await check(brand)
