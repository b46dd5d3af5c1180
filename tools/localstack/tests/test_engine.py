"""Docker engines that do not answer, or answer and have no images: told in a sentence, in time."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from localstack.errors import ServerUnavailable
from localstack.servers import servers
from localstack.servers.docker.engine import Engine, engine
from localstack.servers.docker.mongo import MongoContainer

VERSION = {"ApiVersion": "1.41", "MinAPIVersion": "1.12", "Version": "20.10"}
ANSWERS: dict[str, tuple[int, object]] = {
    "version": (200, VERSION),
    "_ping": (200, "OK"),
    "json": (404, {"message": "No such image"}),
    "create": (500, {"message": "Get registry: dial tcp: no route to host"}),
}


@pytest.fixture(autouse=True)
def no_context(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The path of a socket; those of pytest are too long."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "docker.sock"
        monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
        yield path


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What an engine without a registry says."""
    while line := await reader.readline():
        while (await reader.readline()).strip():
            pass
        last = line.split()[1].decode().partition("?")[0].rpartition("/")[2]
        code, body = ANSWERS[last]
        text = json.dumps(body).encode()
        head = f"HTTP/1.1 {code} X\r\nContent-Type: application/json\r\nContent-Length: {len(text)}"
        writer.write(head.encode() + b"\r\n\r\n" + text)
        await writer.drain()
    writer.close()


@pytest.fixture
async def answering(at: Path) -> AsyncIterator[Engine]:
    async with await asyncio.start_unix_server(answer, at):
        yield await engine()


async def test_a_socket_without_an_engine_is_no_engine(at: Path) -> None:
    with pytest.raises(ServerUnavailable, match="No Docker engine answers"):
        await engine()


async def test_an_engine_that_hangs_is_given_up_soon(at: Path) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            pass
        writer.close()

    async with await asyncio.start_unix_server(hang, at):
        began = time.monotonic()
        with pytest.raises(ServerUnavailable, match="No Docker engine answers"):
            await engine()
        assert time.monotonic() - began < 10


@pytest.mark.parametrize("host", ["tcp://192.0.2.1:2375", "ssh://user@192.0.2.1"])
async def test_an_engine_on_another_machine_is_not_tried(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    with pytest.raises(ServerUnavailable, match="is not on this machine"):
        await engine()


async def test_an_image_that_cannot_be_had_is_named_with_the_reason(answering: Engine) -> None:
    said: list[str] = []
    with pytest.raises(ServerUnavailable) as raised:
        await answering.fetch(["apache/kafka:4.3.0"], said.append)
    assert str(raised.value) == (
        "The Docker engine answers, but has no image apache/kafka:4.3.0: "
        "Get registry: dial tcp: no route to host"
    )
    assert said == ["fetching the image apache/kafka:4.3.0"]


async def test_without_its_images_processes_are_tried_instead(
    answering: Engine, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIFTSTREAM_KAFKA", "GIFTSTREAM_MONGO", "GIFTSTREAM_SERVERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    said: list[str] = []
    with pytest.raises(ServerUnavailable, match="openjdk"):
        async with servers(data_dir=data_dir, note=said.append):
            pass
    assert any("The Docker engine answers, but has no image" in line for line in said)


async def test_containers_that_are_asked_for_are_not_replaced_by_processes(
    answering: Engine, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIFTSTREAM_KAFKA", "GIFTSTREAM_MONGO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIFTSTREAM_SERVERS", "docker")
    for name in ("GIFTSTREAM_KAFKA_IMAGE", "GIFTSTREAM_MONGO_IMAGE"):
        monkeypatch.setenv(name, "example/one-of-ours:1")
    with pytest.raises(ServerUnavailable, match="has no image example/one-of-ours:1"):
        async with servers(data_dir=data_dir):
            pass


async def test_containers_listen_on_the_loopback_address_alone(
    answering: Engine, data_dir: Path
) -> None:
    container = await asyncio.to_thread(
        lambda: MongoContainer(data_dir, port=27_001, data_dir=data_dir, user="1:1")
    )
    assert container.ports == {"27001": ("127.0.0.1", 27_001)}
