"""What a service says of its own footing, on a real MongoDB."""

from giftstream import mongo
from giftstream.mongo import Database
from giftstream.operations.checks import Checks


async def test_an_index_that_was_dropped_since_the_start_is_named(database: Database) -> None:
    await database["orders"].create_index("brand_id", name="by_brand")
    checks = Checks(database)
    await checks.note_indexes()
    assert [one.ok for one in await checks()] == [True, True]
    await database["orders"].drop_index("by_brand")
    writes, indexes = await checks()
    assert (writes.ok, indexes.ok) == (True, False)
    assert "orders.by_brand" in indexes.detail
    assert indexes.remedy


async def test_a_database_that_is_away_fails_both_and_raises_nothing() -> None:
    away = mongo.connect("mongodb://127.0.0.1:1", "nowhere", deadline_ms=300)
    found = await Checks(away)()
    mongo.close(away)
    assert [(one.ok, bool(one.remedy)) for one in found] == [(False, True)] * 2
