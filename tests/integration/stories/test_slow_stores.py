"""One store that throttles everything, or never answers, delays the orders of no other (FB8)."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from support.brands import AnotherStore, Brand
from support.checker import check
from support.more_stores import add_store

MakeBrand = Callable[..., Awaitable[Brand]]

AT_WELL = 10
AT_ILL = 30
# A call to a dead store takes ten seconds to give up: whoever waits behind one is later than this.
# Within 10 % would be the bar on a machine of our own; here others share the processors.
ALLOWED = 1.5
ALLOWED_S = 2.0


async def slowest_s(brand: Brand, count: int) -> float:
    """Seconds from the selection to the store's order, of the slowest of so many."""
    selections = [brand.selection() for _ in range(count)]
    await brand.publish(*selections)
    orders = [await brand.order_of(one["selection_id"], "placed") for one in selections]
    took = [_moment(one["placed_at"]) - _moment(one["submitted_at"]) for one in orders]
    return max(one.total_seconds() for one in took)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def make_ill(brand: Brand, store: AnotherStore, fault: str) -> None:
    body = {"store": store.store, "operation": "*", "fault": fault, "times": 1_000_000}
    await brand.stack.simulator.post("/_faults", body | {"delay_ms": 30_000})
    [product] = store.shop["products"][:1]
    variant = product["variants"][0]["variant_ref"]
    line = {"store_id": store.store_id, "variant_ref": variant, "quantity": 1}
    await brand.publish(*(brand.selection(lines=[line]) for _ in range(AT_ILL)))


@pytest.mark.parametrize("fault", ["throttle", pytest.param("latency", marks=pytest.mark.long)])
async def test_a_store_in_trouble_delays_nobody_else(make_brand: MakeBrand, fault: str) -> None:
    # No limit of the stores' own: only what one does to the other is to be seen.
    brand = await make_brand(shop={"rate": 2000})
    ill = await add_store(brand, shop={"rate": 2000})
    before = await slowest_s(brand, AT_WELL)
    await make_ill(brand, ill, fault)
    during = await slowest_s(brand, AT_WELL)
    assert during <= before * ALLOWED + ALLOWED_S, f"{before:.2f} s before, {during:.2f} s during"
    await brand.stack.simulator.call("DELETE", "/_faults", params={"store": ill.store})
    await check(brand, within_s=120.0)
