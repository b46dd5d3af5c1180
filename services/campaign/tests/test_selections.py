"""A selection is told once, and what was told is never dropped."""

from datetime import timedelta
from typing import Any

from campaign.selections.selections import CLAIMING, SELECTIONS, Selections
from giftstream.clock import now
from giftstream.mongo import Database, Document

ENTRY: Document = {"event_id": "e1", "topic": "selection.submitted"}


async def begun(database: Database, **changed: Any) -> Selections:
    selections = Selections(database)
    selection: Document = {
        "_id": "s1", "version": 1, "outbox": [], "brand_id": "acme", "selection_id": "sel-1",
        "status": CLAIMING, "due_at": now() - timedelta(seconds=1),
    }  # fmt: skip
    await selections.begin(selection | changed)
    return selections


async def test_the_first_under_an_id_stands(database: Database) -> None:
    selections = await begun(database)
    assert (await selections.begin({"_id": "s1", "status": "other"}))["status"] == CLAIMING


async def test_of_two_that_finish_it_one_tells(database: Database) -> None:
    selections = await begun(database)
    submitted = await selections.submit("s1", ENTRY)
    assert submitted is not None
    assert (submitted["status"], submitted["outbox"]) == ("submitted", [ENTRY])
    assert await selections.submit("s1", {**ENTRY, "event_id": "e2"}) is None
    assert (await database[SELECTIONS].find_one({"_id": "s1"})) == submitted


async def test_what_was_told_is_not_dropped_by_who_found_no_room(database: Database) -> None:
    selections = await begun(database)
    await selections.submit("s1", ENTRY)
    await selections.drop("s1")
    assert await selections.stored("acme", "s1") is not None


async def test_what_is_being_finished_is_nobody_elses_and_what_is_told_is_done(
    database: Database,
) -> None:
    selections = await begun(database)
    assert await selections.left_behind(60.0) is not None
    assert await selections.left_behind(60.0) is None
    await database[SELECTIONS].update_one({"_id": "s1"}, {"$set": {"due_at": now()}})
    await selections.submit("s1", ENTRY)
    assert await selections.left_behind(60.0) is None


async def test_a_selection_is_found_by_its_own_brand_alone(database: Database) -> None:
    selections = await begun(database)
    assert await selections.find("acme", "sel-1") is not None
    assert await selections.find("other", "sel-1") is None
    assert await selections.stored("other", "s1") is None
