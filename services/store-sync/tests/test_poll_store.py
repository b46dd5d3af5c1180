"""A round of pages: each has its effect before the cursor moves, and a lease that went ends it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from giftstream.clock import now
from giftstream.mongo import Document
from giftstream_platforms.failures import StoreRefused
from store_sync.poll_store import PollStore
from store_sync.seen import ChangedOrder, Changes

FIRST = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
THEN = FIRST + timedelta(seconds=5)


class Kept:
    """A store of two pages, the orders of both, and the cursor; `steps` is what happened."""

    def __init__(self, *, holds: bool = True, refuses: str | None = "none") -> None:
        self.steps: list[tuple[str, object]] = []
        self.holds, self.refuses = holds, refuses
        self.ended: dict[str, Any] = {}

    async def changed_orders(self, since: datetime, after: str | None) -> Changes:
        if after == self.refuses:
            raise StoreRefused(["invalid cursor"])
        self.steps.append(("page", after))
        moved = ChangedOrder("5", FIRST) if after is None else ChangedOrder("6", THEN)
        return Changes((moved,), "more" if after is None else None)

    async def known(self, store_id: str, refs: list[str]) -> dict[str, Document]:
        return {ref: {"_id": f"order-{ref}", "seen": None} for ref in refs}

    async def hint(self, order_ids: list[str], source: str) -> None:
        self.steps.append(("hint", *order_ids))

    async def turn_page(
        self, claimed: Document, *, after: str | None, seen_until: datetime, **_: Any
    ) -> bool:
        self.steps.append(("cursor", seen_until))
        return self.holds

    async def end(self, claimed: Document, next_at: datetime, *, anew: bool = False) -> None:
        self.ended = {"soon": next_at < now() + timedelta(seconds=60), "anew": anew}


async def poll(kept: Kept, **claimed: Any) -> int:
    polling = PollStore(kept, kept, every_s=300, overlap_s=600, lease_s=60)  # type: ignore[arg-type]  # as far as it asks them
    cursor = {"_id": "s", "since": None, "after": None, "seen_until": FIRST} | claimed
    return await polling(cursor, kept)  # type: ignore[arg-type]  # the same


async def test_each_page_has_its_effect_before_the_cursor_moves() -> None:
    kept = Kept()
    assert await poll(kept) == 2
    first = [("page", None), ("hint", "order-5"), ("cursor", FIRST)]
    assert kept.steps == [*first, ("page", "more"), ("hint", "order-6"), ("cursor", THEN)]
    assert kept.ended == {"soon": False, "anew": False}


async def test_a_round_ends_where_another_has_the_lease() -> None:
    kept = Kept(holds=False)
    assert await poll(kept) == 1
    assert [one for one in kept.steps if one[0] == "page"] == [("page", None)]


async def test_a_round_that_a_crash_left_goes_on_at_its_page() -> None:
    kept = Kept()
    assert await poll(kept, since=FIRST, after="more") == 1
    assert kept.steps[0] == ("page", "more")


async def test_a_page_that_the_store_knows_no_more_begins_the_round_anew() -> None:
    kept = Kept(refuses="more")
    assert await poll(kept, since=FIRST, after="more") == 0
    assert kept.ended == {"soon": True, "anew": True}


async def test_a_first_page_that_is_refused_is_the_stores_trouble() -> None:
    with pytest.raises(StoreRefused):
        await poll(Kept(refuses=None))
