"""Topics are made as the table says, on a real Kafka: created and widened, never lowered."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from giftstream.kafka import Kafka
from giftstream.topics import Difference, Topic, TopicsNotApplied, apply
from localstack.servers import Servers
from support.waiting import until

DAY_MS = 86_400_000


@pytest.fixture
def wanted() -> dict[str, Topic]:
    mark = uuid4().hex[:8]
    topics = [
        Topic(f"test.{mark}.happened", partitions=2),
        Topic(f"test.{mark}.changed", partitions=1, compacted=True),
    ]
    return {topic.name: topic for topic in topics}


@pytest.fixture
async def admin(servers: Servers) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers.kafka)
    await admin.start()
    yield admin
    await admin.close()


async def set_config(admin: AIOKafkaAdminClient, topic: str, config: dict[str, str]) -> None:
    for answer in await admin.alter_configs(
        [ConfigResource(ConfigResourceType.TOPIC, topic, config)]
    ):
        assert [code for code, *_ in answer.resources] == [0]

    async def visible() -> bool:
        return config.items() <= (await config_of(admin, topic)).items()

    # The controller has it before the broker that is asked does.
    await until(visible, within_s=30.0, what="the new configuration visible")


async def config_of(admin: AIOKafkaAdminClient, topic: str) -> dict[str, str]:
    (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    return {entry[0]: entry[1] for entry in answer.resources[0][4]}


async def test_topics_are_shown_first_then_made_then_left(
    servers: Servers, admin: AIOKafkaAdminClient, wanted: dict[str, Topic]
) -> None:
    shown = await apply(Kafka(servers.kafka), wanted, dry_run=True)
    assert [(one.what, one.applied) for one in shown] == [("create", False)] * 2
    assert not set(wanted) & set(await admin.list_topics())

    made = await apply(Kafka(servers.kafka), wanted)
    assert [(one.what, one.applied) for one in made] == [("create", True)] * 2
    happened, changed = wanted
    for topic, policy in ((happened, "delete"), (changed, "compact")):
        assert (await config_of(admin, topic))["cleanup.policy"] == policy
    (described,) = await admin.describe_topics([happened])
    assert len(described["partitions"]) == 2
    assert await apply(Kafka(servers.kafka), wanted) == []


async def test_what_is_too_small_is_raised_and_what_others_set_stays(
    servers: Servers, admin: AIOKafkaAdminClient, wanted: dict[str, Topic]
) -> None:
    await apply(Kafka(servers.kafka), wanted)
    name = next(iter(wanted))
    own = wanted[name].config() | {"retention.ms": str(DAY_MS), "max.message.bytes": "9999999"}
    await set_config(admin, name, own | {"compression.type": "zstd"})
    expected = Difference(name, "config", "retention.ms", str(DAY_MS), str(7 * DAY_MS), False)
    assert await apply(Kafka(servers.kafka), wanted, dry_run=True) == [expected]
    assert await apply(Kafka(servers.kafka), wanted) == [replace(expected, applied=True)]
    after = await config_of(admin, name)
    assert after["retention.ms"] == str(7 * DAY_MS)
    assert after["max.message.bytes"] == "9999999"
    assert after["compression.type"] == "zstd"
    assert await apply(Kafka(servers.kafka), wanted) == []


async def test_partitions_are_shown_but_not_added(
    servers: Servers, wanted: dict[str, Topic]
) -> None:
    await apply(Kafka(servers.kafka), wanted)
    more = {name: replace(topic, partitions=5) for name, topic in wanted.items()}
    differences = await apply(Kafka(servers.kafka), more)
    assert [(one.what, one.found, one.applied) for one in differences] == [
        ("partitions", "2", False),
        ("partitions", "1", False),
    ]


async def test_what_the_cluster_refuses_is_said(servers: Servers, wanted: dict[str, Topic]) -> None:
    with pytest.raises(TopicsNotApplied, match="happened"):
        await apply(Kafka(servers.kafka), wanted, replication_factor=7)
