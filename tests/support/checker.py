"""The invariants of FAULTS 2.3, asked of the ledger: the one checker after every scenario."""

from collections import Counter, defaultdict
from typing import Any

from giftstream import mongo
from support import topics
from support.brands import Brand
from support.stack import Stack
from support.waiting import until

AT_REST = {"pending_review", "on_hold", "rejected", "cancelled"}
LIVE = {"placed", "partially_fulfilled", "fulfilled", "in_transit", "delivered"}
DATABASES = ("campaign", "order_placement", "store_sync", "notification")


async def ledger_of(stack: Stack, store: str) -> list[dict[str, Any]]:
    """Everything that the simulated store wrote down."""
    entries: list[dict[str, Any]] = []
    after = 0
    while page := (await stack.simulator.get("/_ledger", store=store, after=after))["items"]:
        entries += page
        after = page[-1]["seq"]
    return entries


def live_orders(entries: list[dict[str, Any]]) -> Counter[str]:
    """How many live orders there are in the store for each mark."""
    objects = {e["object"]: e["mark"] for e in entries if e["kind"] == "committed"}
    gone = {e["object"] for e in entries if e["kind"] == "cancelled"}
    return Counter(mark for one, mark in objects.items() if one not in gone)


async def check(brand: Brand, *, leftovers: bool = True, within_s: float = 60.0) -> None:
    """Wait for quiet, then hold every selection that the brand sent against its stores' ledgers."""
    orders = await _at_rest(brand, within_s)
    ledgers = {one: await ledger_of(brand.stack, name) for one, name in brand.stores.items()}
    entries = [entry for ledger in ledgers.values() for entry in ledger]
    live = live_orders(entries)
    for order in orders:
        if order["status"] in LIVE:
            # In its own store, and nowhere else.
            assert live_orders(ledgers[order["store_id"]])[order["order_id"]] == 1
    for order in orders:
        expected = 1 if order["status"] in LIVE else 0
        found = live.pop(order["order_id"], 0)
        # INV1: exactly one live order with its mark, or a visible reason and none.
        assert found == expected, f"{order['order_id']} {order['status']}: {found} live orders"
        if order["status"] in {"on_hold", "pending_review"}:
            assert order["reasons"], f"{order['order_id']} is {order['status']} without a reason"
    # INV2: no order in the store that nobody asked for.
    assert live == Counter(), f"orders without a selection: {dict(live)}"
    if leftovers:
        assert not _inert(entries, orders), f"prepared and left: {_inert(entries, orders)}"
    _nobody_was_charged(entries)
    await _nothing_pending(brand.stack)


async def _at_rest(brand: Brand, within_s: float) -> list[dict[str, Any]]:
    """All orders of all selections sent, once each rests or is live (INV6: nothing unknown)."""
    seen: dict[str, list[dict[str, Any]]] = defaultdict(list)
    ids = {selection["selection_id"] for selection in brand.sent}

    async def rests() -> bool:
        for selection_id in ids:
            became = await brand.became(selection_id)
            if not became:
                return False
            seen[selection_id] = await brand.orders_of(selection_id)
            if not seen[selection_id] and not became.get("refusals"):
                return False
            if any(o["status"] not in AT_REST | LIVE for o in seen[selection_id]):
                return False
        return True

    try:
        await until(rests, within_s=within_s, what="every selection at rest", every_s=0.3)
    except AssertionError as error:
        raise AssertionError(f"{error}: {dict(seen)}") from error
    return [order for orders in seen.values() for order in orders]


def _inert(entries: list[dict[str, Any]], orders: list[dict[str, Any]]) -> set[str]:
    """Prepared drafts that are neither completed nor discarded, nor kept by a held order."""
    prepared = {e["object"]: e["mark"] for e in entries if e["kind"] == "prepared"}
    ended = {e["object"] for e in entries if e["kind"] == "discarded"}
    ended |= {str((e["detail"] or {}).get("draft_id")) for e in entries if e["kind"] == "committed"}
    held = {o["order_id"] for o in orders if o["status"] == "on_hold"}
    return {one for one, mark in prepared.items() if one not in ended and mark not in held}


def _nobody_was_charged(entries: list[dict[str, Any]]) -> None:
    for entry in entries:
        if entry["kind"] == "committed":
            total = str((entry["detail"] or {}).get("total", "0"))
            assert float(total.split()[0]) == 0.0, f"an order of {total} was placed"


async def _nothing_pending(stack: Stack) -> None:
    """Every outbox empty, every record of the services' topics committed."""

    async def empty() -> bool:
        for name in DATABASES:
            database = mongo.connect(stack.servers.mongo, f"giftstream_{name}")
            try:
                for collection in await database.list_collection_names():
                    query = {"outbox.0": {"$exists": True}}
                    if await database[collection].find_one(query, {"_id": 1}):
                        return False
            finally:
                mongo.close(database)
        return True

    await until(empty, within_s=30.0, what="every outbox empty", every_s=0.5)

    async def committed() -> bool:
        lag = await topics.lag(stack.servers.kafka, "order-placement", "selection.submitted")
        return lag == 0

    await until(committed, within_s=30.0, what="every selection committed", every_s=0.5)
