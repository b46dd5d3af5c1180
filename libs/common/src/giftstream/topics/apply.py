"""Make the topics of a cluster as the table says: create and widen, never delete, never lower."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from giftstream.kafka import Kafka
from giftstream.topics.table import TOPICS, Topic

DEADLINE_S = 60.0
VISIBLE_WITHIN_S = 15.0

_NEVER_LOWERED = frozenset(
    {"retention.ms", "max.message.bytes", "delete.retention.ms", "min.insync.replicas"}
)
_SET_ON_TOPIC = 1  # DescribeConfigs' source of a value that is the topic's own


@dataclass(frozen=True)
class Difference:
    """What is not as the table says; `applied` when it now is."""

    topic: str
    what: Literal["create", "config", "partitions"]
    field: str
    found: str | None
    wanted: str
    applied: bool

    def __str__(self) -> str:
        if self.what == "create":
            return f"{self.topic}: new, {self.wanted}"
        return f"{self.topic}: {self.field} is {self.found}, wanted {self.wanted}"


class TopicsNotApplied(Exception):
    """The cluster refused; the message says which topic and why."""


async def apply(
    kafka: Kafka,
    topics: Mapping[str, Topic] = TOPICS,
    *,
    dry_run: bool = False,
    replication_factor: int = 1,
) -> list[Difference]:
    """The differences found, applied unless `dry_run`. Twice is the same as once.

    Fewer partitions than wanted are shown but left: more of them would move keys between
    partitions. Raises TopicsNotApplied, KafkaError where no broker answers, TimeoutError.
    """
    admin = AIOKafkaAdminClient(**kafka.client, request_timeout_ms=20_000)
    async with asyncio.timeout(DEADLINE_S):
        await admin.start()
        try:
            return await _apply(admin, topics, dry_run, replication_factor)
        finally:
            await admin.close()


async def _apply(
    admin: AIOKafkaAdminClient, topics: Mapping[str, Topic], dry_run: bool, replicas: int
) -> list[Difference]:
    there = {
        found["topic"]: len(found["partitions"])
        for found in await admin.describe_topics()
        if found["topic"] in topics
    }
    missing = [topic for name, topic in topics.items() if name not in there]
    known = [topic for name, topic in topics.items() if name in there]
    if not dry_run:
        await _create(admin, missing, replicas)
    differences = [
        Difference(topic.name, "create", "", None, _told(topic, replicas), not dry_run)
        for topic in missing
    ]
    differences += [
        Difference(
            topic.name,
            "partitions",
            "partitions",
            str(there[topic.name]),
            str(topic.partitions),
            applied=False,
        )
        for topic in known
        if there[topic.name] < topic.partitions
    ]
    return differences + await _configure(admin, known, dry_run, replicas)


def _wanted(topic: Topic, replicas: int) -> dict[str, str]:
    # With three copies an acknowledged record must be on two, or losing one broker may lose it.
    return topic.config() | ({"min.insync.replicas": "2"} if replicas >= 3 else {})


def _told(topic: Topic, replicas: int) -> str:
    kept = "compacted" if topic.compacted else f"{topic.retention_ms // 86_400_000} days"
    return f"{topic.partitions} partitions, {replicas} replicas, {kept}"


async def _create(admin: AIOKafkaAdminClient, topics: Iterable[Topic], replicas: int) -> None:
    new = [
        NewTopic(
            topic.name,
            topic.partitions,
            replicas,
            topic_configs=_wanted(topic, replicas),
        )
        for topic in topics
    ]
    if not new:
        return
    response = await admin.create_topics(new)
    for name, code, *message in response.topic_errors:
        # Somebody else may have been as quick.
        if code and for_code(code) is not TopicAlreadyExistsError:
            raise TopicsNotApplied(f"{name}: {message[0] if message else for_code(code).__name__}")
    await _visible(admin, {topic.name for topic in new})


async def _visible(admin: AIOKafkaAdminClient, names: set[str]) -> None:
    """Return when the brokers tell of the topics: a controller is ahead of them for a moment."""
    async with asyncio.timeout(VISIBLE_WITHIN_S):
        while not names <= set(await admin.list_topics()):  # noqa: ASYNC110  # only asking tells
            await asyncio.sleep(0.05)


async def _configure(
    admin: AIOKafkaAdminClient, topics: Iterable[Topic], dry_run: bool, replicas: int
) -> list[Difference]:
    wanted = {topic.name: _wanted(topic, replicas) for topic in topics}
    if not wanted:
        return []
    differences: list[Difference] = []
    changes: list[ConfigResource] = []
    for name, (own, found) in (await _described(admin, wanted)).items():
        changed = {
            key: value
            for key, value in wanted[name].items()
            if _differs(key, found.get(key), value)
        }
        differences += [
            Difference(name, "config", key, found.get(key), value, not dry_run)
            for key, value in changed.items()
        ]
        if changed:
            # AlterConfigs replaces all that a topic had: what others set on it is sent along.
            changes.append(ConfigResource(ConfigResourceType.TOPIC, name, own | changed))
    if changes and not dry_run:
        for response in await admin.alter_configs(changes):
            for code, message, _, name in response.resources:
                if code:
                    raise TopicsNotApplied(f"{name}: {message or for_code(code).__name__}")
    return differences


def _differs(key: str, found: str | None, wanted: str) -> bool:
    if found is None or found == wanted:
        return found is None
    if key in _NEVER_LOWERED:
        return int(found) != -1 and int(found) < int(wanted)
    return True


async def _described(
    admin: AIOKafkaAdminClient, names: Iterable[str]
) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """By topic: what is set on the topic itself, and every value in force."""
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    described: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
    for response in await admin.describe_configs(asked):
        for code, message, _, name, entries in response.resources:
            if code:
                raise TopicsNotApplied(f"{name}: {message or for_code(code).__name__}")
            described[name] = _values(entries)
    return described


def _values(entries: Iterable[tuple[Any, ...]]) -> tuple[dict[str, str], dict[str, str]]:
    own: dict[str, str] = {}
    found: dict[str, str] = {}
    for key, value, _, source, *_ in entries:
        found[key] = value
        if source == _SET_ON_TOPIC:
            own[key] = value
    return own, found
