"""INV9: stock in the store fell by exactly the gifts."""

from collections import Counter

from support.brands import Brand
from support.invariants.orders import LIVE, Order


async def fell_by_the_gifts(brand: Brand, orders: list[Order]) -> None:
    """What is left of each variant, and the lines of live orders, are what there was."""
    given: Counter[str] = Counter()
    for order in orders:
        if order["status"] in LIVE:
            for line in order["lines"]:
                given[line["variant_ref"]] += line["quantity"]
    now = await brand.stack.simulator.get(f"/_stores/{brand.store}")
    before, after = _stock(brand.shop), _stock(now)
    fell = {ref: before[ref] - after[ref] for ref in before if before[ref] != after[ref]}
    assert fell == dict(given), f"{brand.store} lost {fell}, given were {dict(given)}"


def _stock(shop: dict) -> dict[str, int]:
    return {v["variant_ref"]: v["stock"] for p in shop["products"] for v in p["variants"]}
