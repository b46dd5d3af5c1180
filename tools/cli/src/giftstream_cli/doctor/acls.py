"""Kafka's ACLs: who may write? Selections are orders, and services believe what topics say."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.admin import DescribeAclsRequest
from giftstream.kafka import Kafka

from giftstream_cli.doctor.finding import Finding, failed, ok
from giftstream_cli.doctor.writers import (
    DEAD_LETTERS,
    EVERYONE,
    FROM_PLATFORMS,
    OWN,
    Writers,
    told,
    writers_of,
)
from giftstream_cli.kafka import DEADLINE_S

NAME = "acls"

# Kafka's own numbers, of resources and of what is asked.
_TOPICS, _ANY = 2, 1
_SECURITY_DISABLED, _NOT_PERMITTED = 54, 31


async def check_acls(
    servers: Kafka, *, required: bool, operators: Collection[str] = ()
) -> list[Finding]:
    """Who may write selections, what each service sends, and dead letters.

    With `required` a Kafka that asks nobody fails, and so does a topic of one service that others
    may write, but for the `operators`. Raises KafkaError, OSError or TimeoutError when no broker
    answers.
    """
    client = AIOKafkaClient(**servers.client)
    request = DescribeAclsRequest(
        resource_type=_TOPICS,
        resource_name=None,
        resource_pattern_type_filter=_ANY,
        principal=None,
        host=None,
        operation=_ANY,
        permission_type=_ANY,
    )
    async with asyncio.timeout(DEADLINE_S):
        await client.bootstrap()
        try:
            node = client.get_random_node()
            answer = await client.send(node, request)
        finally:
            await client.close()
    if trouble := not_told(answer.error_code, required=required):
        return [trouble]
    return judged(answer.resources, required=required, operators=operators)


def not_told(error_code: int, *, required: bool) -> Finding | None:
    """What an answer without ACLs means; None for one that has them."""
    if error_code == _SECURITY_DISABLED:
        detail = "This Kafka asks nobody who they are: whoever reaches it may write every topic."
        if not required:
            return ok(NAME, f"{detail} Publishers' signatures tell who wrote (--acls wants more).")
        remedy = "Set authorizer.class.name on the brokers, and permit each publisher by itself."
        return failed(NAME, detail, remedy)
    if error_code == _NOT_PERMITTED:
        remedy = "Permit the command's user DESCRIBE on the cluster."
        return failed(NAME, "Kafka does not tell this user who may write.", remedy)
    if error_code:
        remedy = "The broker's log says why."
        return failed(NAME, f"Kafka does not tell who may write (error {error_code}).", remedy)
    return None


def judged(
    resources: Sequence[Sequence[Any]], *, required: bool, operators: Collection[str]
) -> list[Finding]:
    """One finding for selections, one for each service's own topics, one for dead letters."""
    return [
        _shared(NAME, writers_of(FROM_PLATFORMS, resources)),
        *(
            _own(service, writers_of(topics, resources), required, operators)
            for service, topics in OWN.items()
        ),
        _shared(f"{NAME} of dead letters", writers_of(DEAD_LETTERS, resources)),
    ]


def _shared(name: str, writers: Writers) -> Finding:
    return _open_to_all(name, writers) or ok(name, f"May be written: {told(writers)}.")


def _own(service: str, writers: Writers, required: bool, operators: Collection[str]) -> Finding:
    name = f"{NAME} of {service}"
    if trouble := _open_to_all(name, writers):
        return trouble
    # No name tells which of two is the service: both are shown, for people to see.
    services = {topic: set(found) - set(operators) for topic, found in writers.items()}
    crowded = {topic: writers[topic] for topic, found in services.items() if len(found) > 1}
    if required and crowded:
        remedy = (
            f"{service} alone sends these: remove the others' ACLs (`kafka-acls --remove`), and"
            " name who operates giftstream with --operator."
        )
        return failed(name, f"Several may write: {told(crowded)}.", remedy)
    return ok(name, f"May be written: {told(writers)}.")


def _open_to_all(name: str, writers: Writers) -> Finding | None:
    topics = [topic for topic, found in writers.items() if EVERYONE in found]
    if not topics:
        return None
    remedy = "Remove that ACL (`kafka-acls --remove`), and permit each writer by itself."
    return failed(name, f"Everyone may write {', '.join(topics)}.", remedy)
