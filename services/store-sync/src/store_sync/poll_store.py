"""Asks one store what changed since the newest change it has told: what no webhook brought."""

from datetime import timedelta

from giftstream.clock import now
from giftstream.crashpoints import crashpoint
from giftstream.mongo import Document
from giftstream_platforms.failures import StoreRefused

from store_sync.followed_orders import FollowedOrders
from store_sync.polls import Polls
from store_sync.seen import ChangedOrder
from store_sync.store import Store

MAX_PAGES = 200
SECOND_OVER = timedelta(seconds=2)


class PollStore:
    """The cursor is the store's own time, so that neither clock matters. It moves after a page has
    its effect: a crash in between repeats the page, which marks the same orders again."""

    def __init__(
        self,
        polls: Polls,
        orders: FollowedOrders,
        *,
        every_s: float,
        overlap_s: float,
        lease_s: float,
    ) -> None:
        self._polls = polls
        self._orders = orders
        self._every = timedelta(seconds=every_s)
        self._overlap = timedelta(seconds=overlap_s)
        self._lease_s = lease_s

    async def __call__(self, claimed: Document, store: Store) -> int:
        """How many orders are to be read now. Raises what the store raises; the page is kept."""
        since = claimed["since"] or claimed["seen_until"] - self._overlap
        after, seen_until, hinted = claimed["after"], claimed["seen_until"], 0
        for _ in range(MAX_PAGES):
            try:
                page = await store.changed_orders(since, after)
            except StoreRefused:
                if after is None:
                    raise
                # A cursor of theirs may grow too old: the round begins anew.
                await self._polls.end(claimed, now(), anew=True)
                return hinted
            hinted += await self._apply(claimed["_id"], page.orders)
            crashpoint("poll.page_applied")
            seen_until = max([seen_until, *(one.updated_at for one in page.orders)])
            after = page.after
            kept = await self._polls.turn_page(
                claimed, since=since, after=after, seen_until=seen_until, lease_s=self._lease_s
            )
            crashpoint("poll.cursor_saved")
            if after is None or not kept:
                break
        # With pages left the next round goes on at once, from the saved page.
        await self._polls.end(claimed, now() + (self._every if after is None else timedelta(0)))
        return hinted

    async def _apply(self, store_id: str, changed: tuple[ChangedOrder, ...]) -> int:
        known = await self._orders.known(store_id, [one.order_ref for one in changed])
        moved = [
            known[one.order_ref]["_id"]
            for one in changed
            if one.order_ref in known and _is_news(known[one.order_ref], one)
        ]
        await self._orders.hint(moved, "poll")
        return len(moved)


def _is_news(order: Document, changed: ChangedOrder) -> bool:
    # The overlap shows the same changes again and again; those that were read since are old.
    seen_at = (order.get("seen") or {}).get("updated_at")
    changed_at = changed.updated_at.replace(
        microsecond=changed.updated_at.microsecond // 1000 * 1000
    )
    if seen_at is None or seen_at < changed_at:
        return True
    if seen_at > changed_at:
        return False
    # The store's times are whole seconds: a change in the second of our reading looks the same,
    # until the order was read once more after that second.
    return bool(order["verified_at"] - order["stable_since"] < SECOND_OVER)
