"""Kafka and mongod: they answer, come back with their data, and end with us.

As processes, or as containers where GIFTSTREAM_SERVERS=docker asks for them (`make test-docker`).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from localstack.errors import AlreadyRunning, ServerUnavailable
from localstack.processes import die_with_parent
from localstack.servers import Servers, servers
from localstack.servers.kafka_jars import java, kafka_jars
from localstack.waiting import until
from pymongo import AsyncMongoClient

KIND = "docker" if os.environ.get("GIFTSTREAM_SERVERS") == "docker" else "processes"


@pytest.fixture(autouse=True)
def no_named_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIFTSTREAM_KAFKA", "GIFTSTREAM_MONGO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIFTSTREAM_SERVERS", KIND)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def local(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GIFTSTREAM_KAFKA", raising=False)
        patch.delenv("GIFTSTREAM_MONGO", raising=False)
        patch.setenv("GIFTSTREAM_SERVERS", KIND)
        async with servers(data_dir=tmp_path_factory.mktemp("servers")) as started:
            yield started


async def put(local: Servers, value: str) -> str:
    topic = f"t-{uuid.uuid4().hex}"
    admin = AIOKafkaAdminClient(bootstrap_servers=local.kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 1, 1)])
    finally:
        await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=local.kafka, acks="all") as producer:
        await producer.send_and_wait(topic, value.encode())
    return topic


async def first(local: Servers, topic: str) -> str:
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=local.kafka, auto_offset_reset="earliest"
    ) as consumer:
        async with asyncio.timeout(20):
            record = await consumer.getone()
        assert record.value is not None
        return record.value.decode()


async def test_servers_are_ready_for_transactions_and_records_when_they_are_yielded(
    local: Servers,
) -> None:
    assert local.kind == KIND
    assert local.pids.keys() == {"kafka", "mongod"}
    assert await first(local, await put(local, "hello")) == "hello"
    async with AsyncMongoClient[dict[str, object]](local.mongo) as client:
        async with client.start_session() as session, await session.start_transaction():
            await client["test"]["things"].insert_one({"_id": "in a transaction"}, session=session)
        assert await client["test"]["things"].find_one({"_id": "in a transaction"})


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_records_and_documents_survive_the_end_of_their_server(
    local: Servers, how: str
) -> None:
    topic = await put(local, how)
    async with AsyncMongoClient[dict[str, object]](local.mongo) as client:
        await client["test"]["kept"].insert_one({"_id": how})
        ports = (local.kafka, local.mongo)
        for server in (local.kafka_server, local.mongo_server):
            await getattr(server, how)()
        await asyncio.gather(local.kafka_server.start(), local.mongo_server.start())
        assert (local.kafka_server.address, local.mongo_server.address) == ports
        assert await first(local, topic) == how
        assert await client["test"]["kept"].find_one({"_id": how})


async def test_a_paused_server_answers_again_once_it_is_resumed(local: Servers) -> None:
    async with AsyncMongoClient[dict[str, object]](local.mongo) as client:
        await client.admin.command("ping")
        local.mongo_server.pause()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await client.admin.command("ping")
        local.mongo_server.resume()
        await client.admin.command("ping")


async def test_the_data_of_living_servers_is_refused_to_others(local: Servers) -> None:
    data = local.kafka_server.log.parents[1]
    with pytest.raises(AlreadyRunning, match=str(os.getpid())):
        async with servers(data_dir=data):
            pass


LAUNCHER = """
import asyncio, json, sys
from pathlib import Path
from localstack.servers import servers

async def main():
    async with servers(data_dir=Path(sys.argv[1])) as started:
        print(json.dumps(started.pids), flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_nothing_is_left_of_a_killed_launcher_and_the_next_one_resumes(
    data_dir: Path,
) -> None:
    launcher = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        LAUNCHER,
        str(data_dir),
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=partial(die_with_parent, os.getpid()),  # nor when this test is cut off
    )
    assert launcher.stdout is not None
    async with asyncio.timeout(40):
        pids = json.loads(await launcher.stdout.readline())
    launcher.send_signal(signal.SIGKILL)
    await launcher.wait()
    # At once, while the children are still ending: it waits for them.
    async with servers(data_dir=data_dir) as resumed:
        assert resumed.kafka
        assert not any(psutil.pid_exists(pid) for pid in pids.values())

    async def gone() -> bool:
        return not any(psutil.pid_exists(pid) for pid in resumed.pids.values())

    async with asyncio.timeout(5):
        await until(gone)


async def test_a_server_that_is_named_but_does_not_answer_is_said_in_a_sentence(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIFTSTREAM_KAFKA", "127.0.0.1:1")
    monkeypatch.setenv("GIFTSTREAM_MONGO", "mongodb://127.0.0.1:1/?replicaSet=rs0")
    with pytest.raises(ServerUnavailable, match="does not answer"):
        async with servers(data_dir=data_dir, named_within_s=0.5):
            pass


async def test_named_servers_are_used_as_they_are(
    local: Servers, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIFTSTREAM_KAFKA", local.kafka)
    monkeypatch.setenv("GIFTSTREAM_MONGO", local.mongo)
    async with servers(data_dir=data_dir) as named:
        assert (named.kind, named.kafka, named.mongo) == ("named", local.kafka, local.mongo)
        assert named.pids == {}
    assert await first(local, await put(local, "still there")) == "still there"


async def test_missing_java_and_maven_are_named_with_the_package_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerUnavailable, match="openjdk-17-jre-headless"):
        await java()
    with pytest.raises(ServerUnavailable, match="install the package maven"):
        await kafka_jars(tmp_path / "cache")


async def test_an_old_java_is_told_from_a_missing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(ServerUnavailable, match="this is 11"):
        await java()
