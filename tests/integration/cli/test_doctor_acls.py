"""The doctor before a Kafka that asks everybody who they are."""

from pathlib import Path

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.admin import CreateAclsRequest
from giftstream_cli.doctor.acls import check_acls
from localstack.ports import Ports
from localstack.servers.kafka import KafkaServer
from support.waiting import until

TOPICS, LITERAL, PREFIXED, WRITE, ALLOW = 2, 3, 4, 4, 3
AUTHORIZER = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"


async def allow(servers: str, principal: str, topic: str, pattern: int) -> None:
    client = AIOKafkaClient(bootstrap_servers=servers)
    await client.bootstrap()
    try:
        acl = CreateAclsRequest(TOPICS, topic, pattern, principal, "*", WRITE, ALLOW)
        await client.send(client.get_random_node(), acl)
    finally:
        await client.close()


@pytest.mark.long
async def test_who_may_write_selections_is_read_from_kafka_itself(tmp_path: Path) -> None:
    kafka = KafkaServer(tmp_path, Ports(tmp_path))
    kafka._process = await kafka._prepare()
    with (tmp_path / "kafka-server" / "server.properties").open("a") as properties:
        properties.write(f"authorizer.class.name={AUTHORIZER}\nsuper.users=User:ANONYMOUS\n")
    await kafka.start()

    async def named() -> bool:
        found = await check_acls(kafka.address, required=True)
        return "by User:campaign, User:platform." in found.detail

    async def everyone() -> bool:
        return (await check_acls(kafka.address, required=True)).state == "failed"

    try:
        nobody = await check_acls(kafka.address, required=True)
        assert (nobody.state, "Super users alone" in nobody.detail) == ("ok", True)
        await allow(kafka.address, "User:platform", "selection.submitted", LITERAL)
        await allow(kafka.address, "User:other", "order.changed", LITERAL)
        await allow(kafka.address, "User:campaign", "selection.", PREFIXED)
        await until(named, within_s=20, what="both are told")
        await allow(kafka.address, "User:*", "*", LITERAL)
        await until(everyone, within_s=20, what="everyone may, and that is too many")
    finally:
        await kafka.stop()
