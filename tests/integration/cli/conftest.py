"""The `giftstream` command as a process, against a real Kafka with its topics."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from giftstream.kafka import Kafka
from giftstream.topics import apply
from localstack.servers import Servers
from support.fresh import servers  # noqa: F401


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Its one JSON document."""
        return json.loads(self.out)


Start = Callable[..., Awaitable[asyncio.subprocess.Process]]
Run = Callable[..., Awaitable[Ran]]


@pytest.fixture(scope="package")
async def kafka_with_topics(servers: Servers) -> str:
    """Its address."""
    await apply(Kafka(servers.kafka))
    return servers.kafka


@pytest.fixture
def start(kafka_with_topics: str, tmp_path: Path) -> Start:
    """Starts the command; environment variables by name."""

    async def started(*arguments: str, **environment: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "giftstream_cli",
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=tmp_path,
            env={**os.environ, "GIFTSTREAM_KAFKA": kafka_with_topics, **environment},
        )

    return started


@pytest.fixture
def giftstream(start: Start) -> Run:
    """Runs the command to its end."""

    async def ran(*arguments: str, stdin: bytes = b"", **environment: str) -> Ran:
        process = await start(*arguments, **environment)
        async with asyncio.timeout(90):
            out, err = await process.communicate(stdin)
        assert process.returncode is not None
        return Ran(process.returncode, out.decode(), err.decode())

    return ran
