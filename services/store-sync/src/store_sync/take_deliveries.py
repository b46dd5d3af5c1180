"""Webhooks that were kept become hints: this order, this product, this connection is to be read."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from giftstream.clock import now
from giftstream.mongo import Document

from store_sync.deliveries import Deliveries
from store_sync.followed_orders import FollowedOrders
from store_sync.take_hints import TakeHints

PAGE = 500
WAIT_FIRST_S = 1.0
WAIT_LONGEST_S = 300.0
# An order that nobody told us of within this is not ours, or polling will find it.
GIVE_UP = timedelta(hours=6)


class TakeDeliveries:
    """Everything here may be done twice: a hint says where to look, never what is there."""

    def __init__(
        self,
        deliveries: Deliveries,
        orders: FollowedOrders,
        take_hints: TakeHints,
        woken: Callable[[], None],
    ) -> None:
        self._deliveries = deliveries
        self._orders = orders
        self._take_hints = take_hints
        self._woken = woken

    async def __call__(self) -> None:
        """Take what is due, oldest first."""
        due = await self._deliveries.due(PAGE)
        await self._take_orders([one for one in due if one["kind"] == "order"])
        others = [one for one in due if one["kind"] != "order"]
        await self._take_hints(others)
        await self._deliveries.done([one["_id"] for one in others], "taken")

    async def _take_orders(self, deliveries: Sequence[Document]) -> None:
        by_store: dict[str, list[Document]] = defaultdict(list)
        for one in deliveries:
            by_store[one["store_id"]].append(one)
        for store_id, of_store in by_store.items():
            await self._take_store(store_id, of_store)

    async def _take_store(self, store_id: str, deliveries: Sequence[Document]) -> None:
        known = await self._orders.known(store_id, list({one["ref"] for one in deliveries}))
        marked = await self._orders.marked(
            store_id, [one["mark"] for one in deliveries if one["mark"]]
        )
        found: dict[str, str] = {}
        for one in deliveries:
            order = known.get(one["ref"])
            if order is not None:
                found[one["_id"]] = order["_id"]
            elif one["mark"] in marked:
                found[one["_id"]] = one["mark"]
        if found:
            await self._orders.hint(sorted(set(found.values())), "webhook")
            await self._deliveries.done(list(found), "taken")
            self._woken()
        waiting = [one for one in deliveries if one["_id"] not in found]
        await self._deliveries.done([one["_id"] for one in waiting if _is_late(one)], "unknown")
        await self._deliveries.wait(list(_later(waiting)))


def _is_late(delivery: Document) -> bool:
    return bool(now() - delivery["received_at"] > GIVE_UP)


def _later(waiting: Sequence[Document]) -> Iterator[tuple[str, datetime]]:
    # A webhook may be faster than our own answer from the store, and than order.created.
    for one in waiting:
        if not _is_late(one):
            pause_s = min(WAIT_FIRST_S * 2 ** min(one["looks"], 12), WAIT_LONGEST_S)
            yield one["_id"], now() + timedelta(seconds=pause_s)
