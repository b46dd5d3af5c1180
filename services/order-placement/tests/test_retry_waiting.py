"""What waits for a fact is kept sealed, tried again, and forgotten once its effect stands."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from giftstream.clock import now
from giftstream.delivery import Record, Transient
from giftstream.mongo import Database
from order_placement.intake.refusals import REFUSALS, refusal_identity
from order_placement.intake.submission import Submission, decode
from order_placement.intake.waits import WAITING, Waits, wait
from order_placement.retry_waiting import RetryWaiting
from support.intake_world import ANA, Records, body, sealing


class Delivery:
    """Takes records, and does with each what a test says."""

    def __init__(self, effect: Any = None) -> None:
        self.effect = effect
        self.delivered: list[Record] = []

    async def deliver(self, records: Sequence[Record]) -> None:
        self.delivered += records
        if self.effect is not None:
            await self.effect(records)


async def waiting(database: Database) -> Submission:
    """One selection that waits, and is due."""
    item = decode(Records().signed(body()))
    assert isinstance(item, Submission)
    put = wait(item, "unknown_campaign", sealing(), now() + timedelta(minutes=1))
    due = {"due_at": now() - timedelta(seconds=1), "version": 1}
    await database[WAITING].insert_one({**put.document, **due})
    return item


def retry(database: Database, delivery: Delivery) -> RetryWaiting:
    return RetryWaiting(database, Waits(database, sealing()), delivery)  # type: ignore[arg-type]  # as far as it asks it


async def test_the_record_comes_again_as_it_came(database: Database) -> None:
    item, delivery = await waiting(database), Delivery()
    assert await retry(database, delivery)() == 1
    assert delivery.delivered == [item.record]


async def test_nobody_is_readable_while_a_record_waits(database: Database) -> None:
    await waiting(database)
    kept = str(await database[WAITING].find_one({})).encode()
    for secret in (ANA["name"], ANA["email"], ANA["address"]["line1"]):
        assert secret.encode() not in kept


async def test_what_still_waits_is_tried_again_after_a_moment(database: Database) -> None:
    await waiting(database)
    await retry(database, Delivery())()
    kept = await database[WAITING].find_one({})
    assert kept is not None
    assert kept["due_at"] > now()


async def test_what_became_a_selection_or_a_refusal_waits_no_more(database: Database) -> None:
    item = await waiting(database)

    async def comes(_: Sequence[Record]) -> None:
        await database["selections"].insert_one({"_id": item.identity})

    await retry(database, Delivery(comes))()
    assert await database[WAITING].count_documents({}) == 0
    item = await waiting(database)
    await database["selections"].delete_many({})

    async def refuses(records: Sequence[Record]) -> None:
        await database[REFUSALS].insert_one({"_id": refusal_identity(records[0])})

    await retry(database, Delivery(refuses))()
    assert await database[WAITING].count_documents({}) == 0


async def test_nothing_is_forgotten_that_could_not_be_delivered(database: Database) -> None:
    await waiting(database)

    async def away(_: Sequence[Record]) -> None:
        raise Transient("Kafka is away")

    with pytest.raises(Transient):
        await retry(database, Delivery(away))()
    assert await database[WAITING].count_documents({}) == 1
