"""How far a store's changes were read is written by whoever reads them, and by nobody else."""

from datetime import UTC, datetime, timedelta

from giftstream.clock import now
from giftstream.mongo import Database, Document
from store_sync.polls import COLLECTION, Polls

STORE = "s1"
BEGAN, LATER = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)


async def claimed(polls: Polls, lease_s: float = 60.0) -> Document:
    one = await polls.claim(STORE, lease_s)
    assert one is not None
    return one


async def test_a_store_is_polled_by_one_at_a_time(database: Database) -> None:
    polls = Polls(database)
    await polls.begin(STORE, BEGAN)
    await claimed(polls)
    await polls.soon(STORE)
    assert await polls.claim(STORE, 60.0) is None


async def test_who_has_lost_the_lease_moves_no_cursor(database: Database) -> None:
    polls = Polls(database)
    await polls.begin(STORE, BEGAN)
    slow, quick = await claimed(polls, lease_s=0.0), await claimed(polls)
    asked = {"since": BEGAN, "after": None, "seen_until": LATER, "lease_s": 60.0}
    assert not await polls.turn_page(slow, **asked)
    await polls.end(slow, now() + timedelta(hours=1))
    kept = await database[COLLECTION].find_one({"_id": STORE})
    assert kept is not None
    assert (kept["seen_until"], kept["lease"]) == (BEGAN, quick["lease"])
    assert await polls.turn_page(quick, **asked)


async def test_a_store_that_is_polled_already_goes_on_where_it_was(database: Database) -> None:
    polls = Polls(database)
    await polls.begin(STORE, LATER)
    await polls.begin(STORE, BEGAN)
    assert (await claimed(polls))["seen_until"] == LATER
