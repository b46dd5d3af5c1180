"""What really happened in the simulated stores."""

from collections import Counter
from typing import Any

from support.brands import Brand
from support.stack import Stack

Entries = list[dict[str, Any]]
LASTING = ("committed", "fulfilled", "delivered", "cancelled")


async def ledger_of(stack: Stack, store: str) -> Entries:
    """Everything that the simulated store wrote down."""
    entries: Entries = []
    after = 0
    while page := (await stack.simulator.get("/_ledger", store=store, after=after))["items"]:
        entries += page
        after = page[-1]["seq"]
    return entries


async def ledgers_of(brand: Brand) -> dict[str, Entries]:
    """Those of the brand's stores, by our id."""
    return {one: await ledger_of(brand.stack, name) for one, name in brand.stores.items()}


def live_orders(entries: Entries) -> Counter[str]:
    """How many live orders there are in the store for each mark."""
    objects = {e["object"]: e["mark"] for e in entries if e["kind"] == "committed"}
    gone = {e["object"] for e in entries if e["kind"] == "cancelled"}
    return Counter(mark for one, mark in objects.items() if one not in gone)


def inert(entries: Entries, held: set[str]) -> set[str]:
    """Prepared drafts that are neither completed nor discarded, nor kept by a held order."""
    prepared = {e["object"]: e["mark"] for e in entries if e["kind"] == "prepared"}
    ended = {e["object"] for e in entries if e["kind"] == "discarded"}
    ended |= {str((e["detail"] or {}).get("draft_id")) for e in entries if e["kind"] == "committed"}
    return {one for one, mark in prepared.items() if one not in ended and mark not in held}


def last_kinds(entries: Entries) -> dict[str, str]:
    """By mark, the last of `committed`, `fulfilled`, `delivered` and `cancelled`."""
    return {e["mark"]: e["kind"] for e in entries if e["kind"] in LASTING and e["mark"]}
