"""Kafka: does it answer, are the topics as they should be, do the services keep up?"""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from giftstream.kafka import Kafka
from giftstream.topics import Difference, TopicsNotApplied, apply

from giftstream_cli.doctor.acls import check_acls
from giftstream_cli.doctor.finding import Finding, failed, ok
from giftstream_cli.kafka import DEADLINE_S
from giftstream_cli.services import SERVICES

SHOWN = 4
_AWAY = (KafkaError, OSError, TimeoutError, ValueError)


async def check_kafka(
    servers: Kafka, replicas: int, max_lag: int, *, acls: bool, operators: Collection[str] = ()
) -> list[Finding]:
    """Four kinds of findings; where Kafka does not answer, only that."""
    try:
        differences = await apply(servers, dry_run=True, replication_factor=replicas)
        writers = await check_acls(servers, required=acls, operators=operators)
    except TopicsNotApplied as refused:
        remedy = "Give the command's user the right to describe topics and their settings."
        return [failed("kafka", f"{servers} refused: {refused}.", remedy)]
    except _AWAY as error:
        remedy = "Check the address, that a broker runs there, and that this machine may reach it."
        return [failed("kafka", f"{servers} does not answer ({type(error).__name__}).", remedy)]
    found = [ok("kafka", f"{servers} answers."), _topics(differences), *writers]
    try:
        return found + await _groups(servers, max_lag)
    except _AWAY as error:
        remedy = "Try again; should it stay so, the broker's log says why."
        return [*found, failed("lag", f"Offsets cannot be read ({type(error).__name__}).", remedy)]


def _topics(differences: Sequence[Difference]) -> Finding:
    if not differences:
        return ok("topics", "All are there, and set as they should be.")
    told = "; ".join(str(one) for one in differences[:SHOWN])
    more = len(differences) - SHOWN
    detail = f"{told}{f'; and {more} more' if more > 0 else ''}."
    if all(one.what == "partitions" for one in differences):
        remedy = "Add partitions with Kafka's own tools, while nothing is published."
    else:
        remedy = "Run `giftstream topics apply`."
    return failed("topics", detail, remedy)


async def _groups(servers: Kafka, max_lag: int) -> list[Finding]:
    committed: dict[str, dict[TopicPartition, int]] = {}
    admin = AIOKafkaAdminClient(**servers.client, request_timeout_ms=10_000)
    async with asyncio.timeout(DEADLINE_S):
        await admin.start()
        try:
            for group in SERVICES:
                offsets = await admin.list_consumer_group_offsets(group)
                committed[group] = {
                    at: one.offset for at, one in offsets.items() if one.offset >= 0
                }
        finally:
            await admin.close()
    ends = await _ends(servers, {place for offsets in committed.values() for place in offsets})
    return [_lag(group, offsets, ends, max_lag) for group, offsets in committed.items()]


async def _ends(servers: Kafka, places: set[TopicPartition]) -> Mapping[TopicPartition, int]:
    if not places:
        return {}
    consumer: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        **servers.client, group_id=None, enable_auto_commit=False
    )
    async with asyncio.timeout(DEADLINE_S):
        await consumer.start()
        try:
            ends: Mapping[TopicPartition, int] = await consumer.end_offsets(sorted(places))
        finally:
            await consumer.stop()
    return ends


def _lag(
    group: str,
    offsets: Mapping[TopicPartition, int],
    ends: Mapping[TopicPartition, int],
    max_lag: int,
) -> Finding:
    name = f"lag of {group}"
    if not offsets:
        return ok(name, "It has read nothing yet.")
    behind = {place: max(0, ends.get(place, 0) - at) for place, at in offsets.items()}
    total = sum(behind.values())
    if total <= max_lag:
        return ok(name, f"{total} records behind.")
    worst = max(behind, key=lambda place: behind[place])
    remedy = "See that the service runs and is ready; when it does, give it more replicas."
    return failed(name, f"{total} records behind, most of them in {worst.topic}.", remedy)
