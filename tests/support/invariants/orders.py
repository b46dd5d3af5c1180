"""INV1, INV2, INV4 and INV8: orders against the store's ledger."""

from collections import Counter
from typing import Any

from support.brands import Brand
from support.invariants.ledger import Entries, last_kinds, live_orders

AT_REST = {"pending_review", "on_hold", "rejected", "cancelled"}
LIVE = {"placed", "partially_fulfilled", "fulfilled", "in_transit", "delivered"}
SHOWN_AS = {
    "committed": {"placed"},
    "fulfilled": {"partially_fulfilled", "fulfilled", "in_transit"},
    "delivered": {"delivered"},
    "cancelled": {"cancelled"},
}

Order = dict[str, Any]


def one_live_order_each(orders: list[Order], entries: Entries) -> None:
    """INV1: exactly one live order with its mark, or a visible reason and none. INV2: no order in
    the store that nobody asked for."""
    live = live_orders(entries)
    for order in orders:
        expected = 1 if order["status"] in LIVE else 0
        found = live.pop(order["order_id"], 0)
        assert found == expected, f"{order['order_id']} {order['status']}: {found} live orders"
        if order["status"] in {"on_hold", "pending_review"}:
            assert order["reasons"], f"{order['order_id']} is {order['status']} without a reason"
    assert live == Counter(), f"orders without a selection: {dict(live)}"


def each_in_its_own_store(orders: list[Order], ledgers: dict[str, Entries]) -> None:
    """INV1, of a brand with several stores: in the store that it was routed to, nowhere else."""
    for order in orders:
        if order["status"] in LIVE:
            live = live_orders(ledgers[order["store_id"]])[order["order_id"]]
            assert live == 1, f"{order['order_id']} {order['status']}: {live} in its own store"


def nobody_was_charged(entries: Entries) -> None:
    """Every order that was ever placed was free."""
    for entry in entries:
        if entry["kind"] == "committed":
            total = str((entry["detail"] or {}).get("total", "0"))
            assert float(total.split()[0]) == 0.0, f"an order of {total} was placed"


def unlike_their_store(orders: list[Order], entries: Entries) -> dict[str, str]:
    """INV4: the orders whose status is not what the store shows; empty once all was read. For
    merchants who ship everything in one parcel."""
    last = last_kinds(entries)
    return {
        order["order_id"]: f"{order['status']}, in the store {last.get(order['order_id'])}"
        for order in orders
        if order["order_id"] in last and order["status"] not in SHOWN_AS[last[order["order_id"]]]
    }


def nobody_elses(brand: Brand, orders: list[Order]) -> None:
    """INV8: what the brand's selections became is the brand's own, in its own store."""
    for order in orders:
        own = (order["brand_id"], order["campaign_id"], order["store_id"])
        assert own == (brand.brand_id, brand.campaign_id, brand.store_id), order
