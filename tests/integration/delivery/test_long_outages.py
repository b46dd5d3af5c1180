"""What lasts longer than a batch is tried in place: it comes again, and nothing is skipped."""

from collections.abc import Sequence
from typing import Any

import pytest
from giftstream.delivery import DeliveryMetrics, Subscriber, Transient
from giftstream.delivery.records import Record
from giftstream.kafka import Kafka
from prometheus_client import CollectorRegistry
from support.waiting import until

VALUES = [b"%d" % number for number in range(5)]


class Away:
    """In place of Delivery: fails so often, then keeps what it is given."""

    def __init__(self, error: Exception, times: int) -> None:
        self.error, self.times = error, times
        self.values: list[bytes] = []

    async def deliver(self, records: Sequence[Record]) -> None:
        if self.times:
            self.times -= 1
            raise self.error
        self.values += [one.value or b"" for one in records]


@pytest.mark.parametrize(
    "error", [Transient("MongoDB is away"), ValueError("our own mistake")], ids=["away", "mistake"]
)
async def test_what_could_not_be_delivered_comes_again(counting: Any, error: Exception) -> None:
    await counting.publish([(counting.moved, b"k", value, []) for value in VALUES])
    away = Away(error, times=3)
    subscriber = Subscriber(
        f"outage-{counting.suffix}",
        Kafka(counting.servers.kafka),
        {counting.moved: None},  # type: ignore[dict-item]  # routes are not looked at
        away,  # type: ignore[arg-type]  # in its place
        DeliveryMetrics(CollectorRegistry()),
        retry_in_place_s=0.0,
    )

    async def all_came() -> bool:
        return away.values == VALUES

    await subscriber.start()
    try:
        await until(all_came, within_s=60.0, what="all records", every_s=0.1)
    finally:
        await subscriber.stop()
