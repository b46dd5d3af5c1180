"""SIGTERM of order-placement in mid-call: what is under way ends, and its answer is not lost."""

import pytest
from support.brands import Brand
from support.checker import check
from support.stack import Stack
from support.waiting import until


@pytest.mark.long
async def test_calls_under_way_end_before_the_service_does(stack: Stack, brand: Brand) -> None:
    part = await stack.restart("order-placement")
    begin = part.process.log.stat().st_size
    # More than are in hand at once, each of several slow calls: there are some left to make.
    await brand.fault("*", "latency", times=1000, delay_ms=600)
    selections = [brand.selection() for _ in range(40)]
    await brand.publish(*selections)

    async def begun() -> bool:
        # Whichever comes first: all forty take half a minute at our share of the store's rate.
        page = await stack.orders.get("/orders", brand_id=brand.brand_id, status="placing")
        return bool(page["items"])

    await until(begun, within_s=30.0, what="an order in mid-call", every_s=0.05)
    await part.process.stop()
    assert part.process.exit_code == 0
    assert "order.stuck" not in part.process.log.read_text()[begin:]
    await stack.simulator.call("DELETE", "/_faults")
    await stack.restart("order-placement")
    for selection in selections:
        await brand.order_of(selection["selection_id"], "placed", within_s=60.0)
    await check(brand)
