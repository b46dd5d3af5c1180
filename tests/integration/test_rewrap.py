"""Rewrapping sealed values on a real MongoDB: whole, resumable, and in nobody's way."""

import os
from collections.abc import Iterator

import pytest
from giftstream.mongo import Database, Document
from giftstream.operations.rewrap import Rewrap, SealedCollection, SealedValue, outbox_values
from giftstream.sealing import Sealing

OLD = Sealing({"k1": os.urandom(32)})
KEYS = {"k2": os.urandom(32)}


def values(document: Document) -> Iterator[SealedValue]:
    own = document["_id"]
    for number, one in enumerate(document["secrets"]):
        yield SealedValue(f"secrets.{number}", one, "acme", own, "secret")
    yield from outbox_values(document)


COLLECTIONS = [
    SealedCollection(name, ("secrets", "outbox"), values) for name in ("first", "empty", "last")
]


def sealing_with_both() -> Sealing:
    made = Sealing({**KEYS, "k1": os.urandom(32)})
    made._keys["k1"] = OLD._keys["k1"]
    return made


@pytest.fixture
async def rewrap(database: Database) -> Rewrap:
    for name in ("first", "last"):
        await database[name].insert_many([sealed(f"{name}-{n}") for n in range(7)])
    return Rewrap(database, sealing_with_both(), COLLECTIONS)


def sealed(own: str) -> Document:
    body = OLD.seal(b"event", brand="acme", document=own, field="outbox")
    entry = {"event_id": "e", "body": body, "sealed": {"brand": "acme", "document": own}}
    secrets = [OLD.seal(b"s", brand="acme", document=own, field="secret") for _ in range(2)]
    return {"_id": own, "version": 1, "secrets": secrets, "outbox": [entry]}


async def whole_pass(rewrap: Rewrap, *, really: bool = True) -> tuple[int, int, int, int]:
    """Seen, rewrapped, missed, broken."""
    total, cursor = [0, 0, 0, 0], None
    for _ in range(50):
        one = await rewrap.batch(cursor, 3, really=really)
        found = (one.seen, one.rewrapped, one.missed, one.broken)
        total = [a + b for a, b in zip(total, found, strict=True)]
        cursor = one.next
        if cursor is None:
            return total[0], total[1], total[2], total[3]
    raise AssertionError("it does not end")


async def test_every_value_is_under_the_new_key_after_one_pass(
    rewrap: Rewrap, database: Database
) -> None:
    assert await whole_pass(rewrap, really=False) == (14, 42, 0, 0)
    assert await whole_pass(rewrap) == (14, 42, 0, 0)
    assert await whole_pass(rewrap) == (14, 0, 0, 0)
    new = Sealing(KEYS)
    async for one in database["last"].find({}):
        assert one["version"] == 2
        for value in values(one):
            opened = new.open(
                value.sealed, brand=value.brand, document=value.document, field=value.field
            )
            assert opened in (b"s", b"event")


async def test_what_changes_meanwhile_keeps_the_change_and_is_missed(
    rewrap: Rewrap, database: Database
) -> None:
    page = rewrap._page

    async def page_then_change(*asked: object) -> list[Document]:
        found = await page(*asked)  # type: ignore[arg-type]  # as it was called
        await database["first"].update_one({"_id": "first-1"}, {"$set": {"outbox": []}})
        return found

    rewrap._page = page_then_change  # type: ignore[method-assign]  # somebody writes in between
    one = await rewrap.batch(None, 3, really=True)
    assert (one.seen, one.missed) == (3, 1)
    changed = await database["first"].find_one({"_id": "first-1"})
    assert changed is not None
    assert changed["outbox"] == []


async def test_a_value_that_does_not_open_is_named_and_holds_up_no_other(
    rewrap: Rewrap, database: Database
) -> None:
    moved = await database["first"].find_one({"_id": "first-2"})
    assert moved is not None
    await database["first"].update_one({"_id": "first-3"}, {"$set": {"secrets": moved["secrets"]}})
    one = await rewrap.batch(None, 7, really=True)
    assert (one.rewrapped, one.broken) == (19, 2)
    assert one.broken_in == ["first/first-3/secrets.0", "first/first-3/secrets.1"]
