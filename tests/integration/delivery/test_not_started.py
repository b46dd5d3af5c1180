"""A service that cannot start says why in a sentence, and ends."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from localstack.servers import Servers
from support.ports import free_port
from support.processes import Process
from support.secrets import shared_environment


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody has."""
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        yield int(somebody.getsockname()[1])


async def ended(servers: Servers, folder: Path, **wrong: str) -> tuple[int, str]:
    """The exit code of a notification that is told this, and its last words."""
    environment = shared_environment(folder, servers.kafka, servers.mongo)
    environment |= {"NOTIFICATION_PORT": str(free_port()), **wrong}
    process = Process(["-m", "notification"], environment, folder / "notification.log")
    await process.start()
    try:
        code = await process.ended()
    finally:
        await process.end()
    assert "Traceback" not in process.tail(1000)
    return code, process.tail(1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"GIFTSTREAM_MONGO": "mongodb://127.0.0.1:1"},
            "MongoDB (GIFTSTREAM_MONGO) cannot be used.",
        ),
        ({"GIFTSTREAM_KAFKA": "127.0.0.1:1"}, "Kafka (GIFTSTREAM_KAFKA) cannot be used."),
    ],
)
async def test_the_missing_server_is_named(
    servers: Servers, tmp_path: Path, wrong: dict[str, str], sentence: str
) -> None:
    code, last = await ended(servers, tmp_path, **wrong)
    said = json.loads(last)
    assert (code, said["event"]) == (3, "service.not_started")
    assert said["message"].startswith(sentence)


async def test_a_port_that_somebody_has_is_named(
    servers: Servers, tmp_path: Path, taken: int
) -> None:
    code, last = await ended(servers, tmp_path, NOTIFICATION_PORT=str(taken))
    said = json.loads(last)
    assert (code, said["event"]) == (3, "service.not_started")
    assert said["message"] == f"It cannot listen on 127.0.0.1:{taken}: Address already in use."


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("SEALING_KEY_FILE", "not base64!", "line 1 of the sealing key file is not base64"),
        ("ADMIN_KEY_FILE", "", "the file of the admin key is empty"),
        ("SERVICE_TOKENS_FILE", "a secret", "must be a JSON object of caller and token"),
    ],
)
async def test_a_file_with_the_wrong_content_is_named(
    servers: Servers, tmp_path: Path, name: str, content: str, sentence: str
) -> None:
    file = tmp_path / "wrong"
    file.write_text(content)
    code, last = await ended(servers, tmp_path, **{f"GIFTSTREAM_{name}": str(file)})
    assert code == 2
    assert sentence in last
    assert content not in last or not content
