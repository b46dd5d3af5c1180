"""Follows what order-placement says from now on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from localstack.errors import StackError
from localstack.stack.orders import Order, Orders

CHANGED = "order.changed"
REFUSED = "selection.refused"
START_WITHIN_S = 30.0


@asynccontextmanager
async def watching(
    kafka: str, orders: Orders, show: Callable[[Order], None]
) -> AsyncIterator[None]:
    """Inside, every change is folded into `orders` and shown; nothing said before is."""
    # No group: nobody else shall share these records, and nothing is committed.
    consumer = AIOKafkaConsumer(
        CHANGED, REFUSED, bootstrap_servers=kafka, enable_auto_commit=False, group_id=None
    )
    try:
        async with asyncio.timeout(START_WITHIN_S):
            await consumer.start()
            # Positions are fetched lazily: without this, what is published next might be missed.
            for partition in consumer.assignment():
                await consumer.seek_to_end(partition)
                await consumer.position(partition)
    except TimeoutError:
        await consumer.stop()
        raise StackError("Kafka did not tell where its topics end in time") from None
    following = asyncio.create_task(_follow(consumer, orders, show))
    try:
        yield
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await consumer.stop()


async def _follow(
    consumer: AIOKafkaConsumer, orders: Orders, show: Callable[[Order], None]
) -> None:
    async for record in consumer:
        if (order := _folded(record, orders)) is not None:
            show(order)


def _folded(record: ConsumerRecord, orders: Orders) -> Order | None:
    if record.value is None:
        return None
    try:
        body = json.loads(record.value)
        return orders.refused(body) if record.topic == REFUSED else orders.changed(body)
    except (ValueError, KeyError, TypeError):
        return None  # Somebody tries out bad events on the running stack.
