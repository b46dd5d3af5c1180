"""Whether a service has read what others said of themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from localstack.waiting import until

# What order-placement needs to know before it can make an order of a selection.
FACTS = ("brand.changed", "campaign.changed", "catalog.item_changed", "store.changed")
WITHIN_S = 30.0


async def caught_up(
    kafka: str, group: str, topics: Sequence[str] = FACTS, *, within_s: float = WITHIN_S
) -> bool:
    """Wait until the group has committed all there is in these topics; False when it did not."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    consumer = AIOKafkaConsumer(*topics, bootstrap_servers=kafka, group_id=None)
    try:
        async with asyncio.timeout(within_s):
            await admin.start()
            await consumer.start()
            await until(lambda: _nothing_left(admin, consumer, group))
    except TimeoutError:
        return False
    finally:
        await consumer.stop()
        await admin.close()
    return True


async def _nothing_left(admin: AIOKafkaAdminClient, consumer: AIOKafkaConsumer, group: str) -> bool:
    ends: dict[TopicPartition, int] = await consumer.end_offsets(list(consumer.assignment()))
    committed = await admin.list_consumer_group_offsets(group)
    return all(
        end == 0 or (partition in committed and committed[partition].offset >= end)
        for partition, end in ends.items()
    )
