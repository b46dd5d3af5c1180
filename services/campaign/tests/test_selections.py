"""A selection is told once, and what was told is never dropped."""

from datetime import timedelta
from typing import Any

import pytest
from campaign.selections.finish_selection import FinishSelection
from campaign.selections.participations import Participations
from campaign.selections.selections import CLAIMING, SELECTIONS, Selections
from giftstream.clock import now
from giftstream.events import SelectionLine, SelectionSubmitted, encode
from giftstream.failures import Transient
from giftstream.mongo import Database, Document
from giftstream.sealing import Sealing

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


class DroppedMeanwhile(Selections):
    """The same request runs twice at once, and the other one found no room and dropped it."""

    async def submit(self, selection: str, entry: Document) -> Document | None:
        await self.drop(selection)
        return await super().submit(selection, entry)


class There:
    """A campaign or brand, whichever is asked for."""

    async def find(self, *_: str) -> Document:
        unlimited = {"value": "unlimited", "orders_per_creator": "unlimited"}
        return {"_id": "spring", "brand_id": "acme", "allowance": {"items": 5, **unlimited}}


def signed(*_: Any) -> Document:
    """In place of SignSelection."""
    return ENTRY


async def test_a_selection_that_was_dropped_meanwhile_gives_back_what_it_took(
    database: Database,
) -> None:
    event = SelectionSubmitted(
        selection_id="sel-1", brand_id="acme", campaign_id="spring", creator_id="cr-1",
        lines=(SelectionLine(sku="TEE", quantity=2),),
    )  # fmt: skip
    sealing, participations = Sealing({"k": b"x" * 32}), Participations(database)
    body = sealing.seal(encode(event), brand="acme", document="s1", field="body")
    begun_with = {"campaign_id": "spring", "participation_id": "p1", "items": 2, "value": 0}
    await begun(database, body=body, **begun_with)
    nothing = {"items": 0, "value": 0, "orders_per_creator": 0}
    await participations.insert(
        {"_id": "p1", "brand_id": "acme", "allowance": {}, "used": nothing, "claims": []}
    )
    there: Any = There()
    selections = DroppedMeanwhile(database)
    finish = FinishSelection(selections, participations, there, there, signed, sealing, there)  # type: ignore[arg-type]  # in its place
    with pytest.raises(Transient):
        await finish(await database[SELECTIONS].find_one({"_id": "s1"}) or {})
    after = await participations.find("acme", "p1")
    assert after is not None
    assert (after["used"], after["claims"]) == (nothing, [])
