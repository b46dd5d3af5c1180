"""Which changes a poll shows are news: the store's times are whole seconds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from giftstream.mongo import Document
from store_sync.poll_store import PollStore
from store_sync.seen import ChangedOrder, Changes

SECOND = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)


class Orders:
    """One followed order, and what it was hinted of."""

    def __init__(self, order: Document) -> None:
        self.order, self.hinted = order, 0

    async def known(self, store_id: str, refs: list[str]) -> dict[str, Document]:
        return {"5": self.order}

    async def hint(self, order_ids: list[str], source: str) -> None:
        self.hinted += len(order_ids)


class Polls:
    """A cursor in memory."""

    def __init__(self) -> None:
        self.seen_until: datetime | None = None

    async def turn_page(self, claimed: Document, *, seen_until: datetime, **_: Any) -> bool:
        self.seen_until = seen_until
        return True

    async def end(self, claimed: Document, next_at: datetime, *, anew: bool = False) -> None:
        return


class Store:
    """A store where one order changed."""

    async def changed_orders(self, since: datetime, after: str | None) -> Changes:
        assert since == SECOND - timedelta(minutes=10)
        return Changes((ChangedOrder("5", SECOND),), None)


@pytest.mark.parametrize(
    ("seen_at", "read_for_s", "is_news"),
    [
        (None, 0, True),
        (SECOND - timedelta(seconds=1), 60, True),
        (SECOND, 0, True),  # read within the second: what came after it looks the same
        (SECOND, 3, False),
        (SECOND + timedelta(seconds=1), 0, False),  # the index is behind our reading
    ],
)
async def test_a_change_in_the_second_of_our_reading_is_read_again(
    seen_at: datetime | None, read_for_s: int, is_news: bool
) -> None:
    order: Document = {
        "_id": "order",
        "seen": {"updated_at": seen_at} if seen_at else None,
        "stable_since": SECOND,
        "verified_at": SECOND + timedelta(seconds=read_for_s),
    }
    orders, polls = Orders(order), Polls()
    poll = PollStore(
        polls,  # type: ignore[arg-type]  # a small real one
        orders,  # type: ignore[arg-type]  # a small real one
        every_s=300,
        overlap_s=600,
        lease_s=60,
    )
    claimed = {"_id": "s", "since": None, "after": None, "seen_until": SECOND}
    assert await poll(claimed, Store()) == int(is_news)  # type: ignore[arg-type]  # reads lists alone
    assert orders.hinted == int(is_news)
    assert polls.seen_until == SECOND
