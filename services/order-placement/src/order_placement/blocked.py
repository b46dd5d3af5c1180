"""What keeps a store's orders waiting although nothing is wrong with them."""

import asyncio
from collections.abc import Collection as Several
from collections.abc import Mapping

from giftstream.events import Reason
from giftstream.mongo import Collection, Database, Document
from giftstream.reasons import REASONS, reason

CONNECTED = frozenset({"connected", "active"})
WAITING = frozenset({"pending_review", "on_hold", "approved", "placing"})


class Blocked:
    """Reads stores and lanes; orders themselves never change for it."""

    def __init__(self, database: Database) -> None:
        self._stores: Collection = database["stores"]
        self._lanes: Collection = database["lanes"]

    async def by_store(self, store_ids: Several[str]) -> dict[str, tuple[Reason, ...]]:
        """The reasons for each of these stores; none where orders can be placed."""
        query = {"_id": {"$in": sorted(store_ids)}}
        stores, lanes = await asyncio.gather(
            self._stores.find(query).to_list(None), self._lanes.find(query).to_list(None)
        )
        store_of = {one["_id"]: one for one in stores}
        lane_of = {one["_id"]: one for one in lanes}
        return {one: reasons(store_of.get(one), lane_of.get(one)) for one in store_ids}

    def applies(
        self, order: Document, by_store: Mapping[str, tuple[Reason, ...]]
    ) -> tuple[Reason, ...]:
        """What of this concerns one order: nothing, once it is in the store or over, unless it
        waits there for its cancel."""
        waits = order["status"] in WAITING or (
            order["placing"]["cancel_requested"] and order["due_at"] is not None
        )
        if order["store_id"] is None or not waits:
            return ()
        return by_store.get(order["store_id"], ())

    async def of(self, order: Document) -> tuple[Reason, ...]:
        """The reasons for one order."""
        stores = [order["store_id"]] if order["store_id"] else []
        return self.applies(order, await self.by_store(stores))


def reasons(
    store: Mapping[str, object] | None, lane: Mapping[str, object] | None
) -> tuple[Reason, ...]:
    """From the store as store-sync tells of it, and its lane as placing left it."""
    if store is None:
        return (reason("integration_missing"),)
    said = store["reasons"] if store["status"] not in CONNECTED else ()
    found = [Reason.model_validate(one) for one in said or ()]  # type: ignore[attr-defined]  # a list in the document
    if not found and store["status"] not in CONNECTED:
        found = [reason("store_disconnected")]
    paused = lane.get("paused") if lane else None
    if isinstance(paused, dict) and paused.get("code") in REASONS:
        code = paused["code"]
        if code not in {one.code for one in found}:
            found.append(reason(code, paused.get("detail")))
    return (*found, *_halted(lane))


def _halted(lane: Mapping[str, object] | None) -> tuple[Reason, ...]:
    halted = lane.get("halted") if lane else None
    if not isinstance(halted, dict):
        return ()
    why = str(halted["reason"]).rstrip()
    end = "" if why.endswith((".", "!", "?", "…")) else "."
    said = f"Paused by {halted['by']}: {why}{end} It goes on when a person resumes it."
    return (reason("lane_paused", said),)
