"""The doctor before a Kafka that asks everybody who they are."""

from pathlib import Path

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.admin import CreateAclsRequest
from giftstream.kafka import Kafka
from giftstream_cli.doctor.acls import check_acls
from giftstream_cli.doctor.finding import Finding
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
async def test_who_may_write_is_read_from_kafka_itself(tmp_path: Path) -> None:
    kafka = KafkaServer(tmp_path, Ports(tmp_path))
    kafka._process = await kafka._prepare()
    with (tmp_path / "kafka-server" / "server.properties").open("a") as properties:
        properties.write(f"authorizer.class.name={AUTHORIZER}\nsuper.users=User:ANONYMOUS\n")
    await kafka.start()

    async def found(name: str) -> Finding:
        findings = await check_acls(Kafka(kafka.address), required=True)
        return next(one for one in findings if one.name == name)

    async def named() -> bool:
        return "selection.submitted by User:campaign, User:platform" in (await found("acls")).detail

    async def crowded() -> bool:
        own = await found("acls of order-placement")
        return own.state == "failed" and "order.changed by User:a, User:b" in own.detail

    async def everyone() -> bool:
        findings = await check_acls(Kafka(kafka.address), required=True)
        return {one.state for one in findings} == {"failed"}

    try:
        nobody = await check_acls(Kafka(kafka.address), required=True)
        assert {one.state for one in nobody} == {"ok"}
        assert all("super users alone" in one.detail for one in nobody)
        await allow(kafka.address, "User:platform", "selection.submitted", LITERAL)
        await allow(kafka.address, "User:a", "order.changed", LITERAL)
        await allow(kafka.address, "User:campaign", "selection.", PREFIXED)
        await until(named, within_s=20, what="both are told")
        await allow(kafka.address, "User:b", "order.", PREFIXED)
        await until(crowded, within_s=20, what="two may write what order-placement alone sends")
        await allow(kafka.address, "User:*", "*", LITERAL)
        await until(everyone, within_s=20, what="everyone may, and that is too many")
    finally:
        await kafka.stop()
