"""Two who write one document of a read model at once: the newer revision stands, or is planned
again."""

from typing import Any

import pytest
from giftstream.delivery import Writer, insert, keep_newest
from giftstream.delivery.folding import fold
from giftstream.mongo import DUPLICATE_KEY, BulkWriteError, Database, Document

OURS: Document = {"_id": "one", "revision": 2}


class Overtaken:
    """A database in which somebody inserts the document between our look and our insert."""

    def __init__(self, database: Database, theirs: Document | None) -> None:
        self._copies, self._theirs = database["copies"], theirs

    def __getitem__(self, _: str) -> "Overtaken":
        return self

    async def bulk_write(self, *_: Any, **__: Any) -> None:
        if self._theirs is not None:
            await self._copies.insert_one(self._theirs)
        duplicate = {"index": 0, "code": DUPLICATE_KEY, "keyPattern": {"_id": 1}}
        raise BulkWriteError({"writeErrors": [duplicate], "writeConcernErrors": [], "nMatched": 0})

    def find(self, query: Document) -> Any:
        return self._copies.find(query)


@pytest.mark.parametrize(
    ("theirs", "again"),
    [
        ({**OURS, "revision": 1}, True),
        ({**OURS, "revision": 2}, False),
        ({**OURS, "revision": 3}, False),
        ({"_id": "one"}, True),
        (None, True),
    ],
    ids=["older", "the same", "newer", "without a revision", "gone again"],
)
async def test_what_is_newer_than_theirs_is_planned_again(
    database: Database, theirs: Document | None, again: bool
) -> None:
    overtaken: Any = Overtaken(database, theirs)
    outcome = await Writer(overtaken).write(fold([keep_newest("copies", OURS)]))
    assert outcome.conflicts == ({("copies", "one")} if again else set())
    assert not outcome.refused


async def test_what_another_index_refuses_is_parked_and_its_neighbours_stand(
    database: Database,
) -> None:
    await database["copies"].create_index("name", unique=True)
    await database["copies"].insert_one({"_id": "first", "name": "n"})
    puts = [insert("copies", {"_id": name[0], "name": name}) for name in ("n", "other")]
    outcome = await Writer(database).write(fold(puts))
    assert outcome.refused == {("copies", "n"): "write error 11000"}
    assert [write.key for write in outcome.stand] == [("copies", "o")]
    assert not outcome.conflicts
