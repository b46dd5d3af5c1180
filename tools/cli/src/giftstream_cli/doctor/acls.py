"""Kafka's ACLs: who may write selections? Whoever may can order in every brand's name."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.admin import DescribeAclsRequest
from giftstream.events import SelectionSubmitted

from giftstream_cli.doctor.finding import Finding, failed, ok
from giftstream_cli.kafka import DEADLINE_S

TOPIC = SelectionSubmitted.topic
NAME = "acls"

# Kafka's own numbers, of resources, patterns, operations and permissions.
_TOPICS, _MATCHING, _ANY = 2, 2, 1
_WRITING = frozenset({2, 4})  # all, write
_ALLOWED = 3
_SECURITY_DISABLED, _NOT_PERMITTED = 54, 31
_EVERYONE = "User:*"


async def check_acls(servers: str, *, required: bool) -> Finding:
    """Who may write selections; with `required` a Kafka that asks nobody fails.

    Raises KafkaError, OSError or TimeoutError when no broker answers.
    """
    client = AIOKafkaClient(bootstrap_servers=servers)
    request = DescribeAclsRequest(
        resource_type=_TOPICS,
        resource_name=TOPIC,
        resource_pattern_type_filter=_MATCHING,
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
    return _judged(answer.error_code, writers_in(answer.resources), required=required)


def writers_in(resources: Iterable[Sequence[Any]]) -> list[str]:
    """The principals that are allowed to write, as DescribeAcls tells of them."""
    found = set()
    for *_, acls in resources:
        for principal, _host, operation, permission in acls:
            if operation in _WRITING and permission == _ALLOWED:
                found.add(str(principal))
    return sorted(found)


def _judged(error_code: int, writers: Sequence[str], *, required: bool) -> Finding:
    if error_code == _SECURITY_DISABLED:
        detail = f"This Kafka asks nobody who they are: whoever reaches it may write {TOPIC}."
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
    if _EVERYONE in writers:
        remedy = "Remove that ACL (`kafka-acls --remove`), and permit each publisher by itself."
        return failed(NAME, f"Everyone may write {TOPIC}.", remedy)
    if not writers:
        return ok(NAME, f"Super users alone may write {TOPIC}; permit each publisher by itself.")
    return ok(NAME, f"{TOPIC} may be written by {', '.join(writers)}.")
