"""Webhooks are kept for a week, requests about people until somebody acted, and neither twice."""

from datetime import timedelta
from typing import Any

import pytest
from giftstream.clock import now
from giftstream.mongo import BulkWriteError, Database, Document
from store_sync.deliveries import COLLECTION, Deliveries
from store_sync.privacy_requests import COLLECTION as PRIVACY
from store_sync.privacy_requests import PrivacyRequests


def delivery(number: int = 1, **changed: Any) -> Document:
    return {
        "_id": f"s1/{number}", "store_id": "s1", "topic": "customers/redact", "kind": "privacy",
        "triggered_at": None, "received_at": now(), "looks": 0, "body": b"sealed", "due_at": now(),
    } | changed  # fmt: skip


async def forgotten_after(database: Database, collection: str) -> list[int]:
    indexes = await database[collection].index_information()
    return [one["expireAfterSeconds"] for one in indexes.values() if "expireAfterSeconds" in one]


async def test_a_repeat_counts_as_stored_and_is_none(database: Database) -> None:
    deliveries = Deliveries(database)
    assert await deliveries.add([delivery(1)]) == set()
    assert await deliveries.add([delivery(1), delivery(2)]) == set()
    assert await database[COLLECTION].count_documents({}) == 2


class Unconfirmed:
    """A collection that takes a bulk, of which no majority says that it has it."""

    async def insert_many(self, *_: Any, **__: Any) -> None:
        unconfirmed = {"code": 64, "errmsg": "waiting for replication timed out"}
        raise BulkWriteError({"writeErrors": [], "writeConcernErrors": [unconfirmed]})


async def test_what_no_majority_confirms_was_not_stored() -> None:
    database: Any = {COLLECTION: Unconfirmed()}
    with pytest.raises(BulkWriteError):
        await Deliveries(database).add([delivery()])


async def test_bodies_are_forgotten_after_a_week_but_no_request_about_people(
    database: Database,
) -> None:
    await Deliveries(database).ensure_indexes()
    await PrivacyRequests(database).ensure_indexes()
    assert await forgotten_after(database, COLLECTION) == [7 * 24 * 3600]
    assert await forgotten_after(database, PRIVACY) == []


async def test_a_request_about_people_is_recorded_once_and_its_state_stands(
    database: Database,
) -> None:
    requests, one = PrivacyRequests(database), delivery()
    await requests.record([one])
    await database[PRIVACY].update_one({"_id": "s1/1"}, {"$set": {"status": "done"}})
    await requests.record([one, delivery(2, store_id="s2")])
    (shown,) = await requests.page("s1", None, 10)
    assert (shown["status"], shown["act_by"] - shown["received_at"]) == ("done", timedelta(days=30))
    assert "body" not in shown
