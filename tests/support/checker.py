"""The invariants of FAULTS 2.3: the one checker after every scenario."""

from collections.abc import Collection, Sequence

from support.brands import Brand
from support.invariants.ledger import inert, ledger_of, ledgers_of, live_orders
from support.invariants.mails import open_messages, told_once
from support.invariants.orders import (
    Order,
    each_in_its_own_store,
    nobody_elses,
    nobody_was_charged,
    one_live_order_each,
    unlike_their_store,
)
from support.invariants.quiet import at_rest, nothing_to_publish, nothing_to_read
from support.invariants.stock import fell_by_the_gifts
from support.invariants.told import dead_letters_are, nothing_older_wins
from support.waiting import until

__all__ = ["check", "check_all", "ledger_of", "live_orders"]

LEFTOVERS_WITHIN_S = 60.0
READ = (
    ("order-placement", "selection.submitted"),
    ("order-placement", "order.delivered"),
    ("store-sync", "order.created"),
    ("notification", "order.changed"),
    ("campaign", "order.changed"),
)


async def check(brand: Brand, *, leftovers: bool = True, within_s: float = 60.0) -> list[Order]:
    """Wait for quiet, then hold every selection that the brand sent against its stores' ledgers."""
    orders = await at_rest(brand, within_s)
    ledgers = await ledgers_of(brand)
    entries = [entry for ledger in ledgers.values() for entry in ledger]
    each_in_its_own_store(orders, ledgers)
    one_live_order_each(orders, entries)
    if leftovers:
        held = {one["order_id"] for one in orders if one["status"] == "on_hold"}
        await _swept(brand, held, max(within_s, LEFTOVERS_WITHIN_S))
    nobody_was_charged(entries)
    await nothing_to_publish(brand.stack)
    await nothing_to_read(brand.stack, READ[0])
    return orders


async def check_all(
    brands: Sequence[Brand], *, poison: Collection[bytes] = (), within_s: float = 60.0
) -> list[Order]:
    """INV1 to INV9 for all that these brands sent, once nothing is under way any more; the dead
    letters of the whole stack must be the poison."""
    stack = brands[0].stack
    everything: list[Order] = []
    for brand in brands:
        # First: what a merchant cancelled a moment ago is no live order there, and placed here.
        orders = await _as_in_the_store(brand, within_s)
        await check(brand, within_s=within_s)
        await _all_told(brand, within_s)
        nobody_elses(brand, orders)
        await told_once(stack, brand.brand_id, orders)
        await fell_by_the_gifts(brand, orders)
        everything += orders
    await nothing_to_publish(stack)
    await nothing_to_read(stack, *READ)
    await nothing_older_wins(stack, everything)
    await dead_letters_are(stack, poison)
    return everything


async def _as_in_the_store(brand: Brand, within_s: float) -> list[Order]:
    """INV4: the orders, once their status is the store's."""
    unlike: dict[str, str] = {}
    orders: list[Order] = []

    async def alike() -> bool:
        nonlocal unlike
        orders[:] = await at_rest(brand, within_s)
        unlike = unlike_their_store(orders, await ledger_of(brand.stack, brand.store))
        return not unlike

    try:
        await until(alike, within_s=within_s, what="every status as in the store", every_s=0.5)
    except AssertionError as error:
        raise AssertionError(f"{error}: {unlike}") from error
    return orders


async def _all_told(brand: Brand, within_s: float) -> None:
    waiting: list[object] = []

    async def told() -> bool:
        waiting[:] = await open_messages(brand.stack, brand.brand_id)
        return not waiting

    try:
        await until(told, within_s=within_s, what="every mail at its end", every_s=0.5)
    except AssertionError as error:
        raise AssertionError(f"{error}: {waiting}") from error


async def _swept(brand: Brand, held: set[str], within_s: float) -> None:
    """INV2: nothing prepared is left over once the sweep has been."""
    left: set[str] = set()

    async def none_left() -> bool:
        nonlocal left
        ledgers = (await ledgers_of(brand)).values()
        left = {one for ledger in ledgers for one in inert(ledger, held)}
        return not left

    try:
        await until(none_left, within_s=within_s, what="leftovers swept", every_s=0.5)
    except AssertionError as error:
        raise AssertionError(f"{error}: prepared and left {left}") from error
