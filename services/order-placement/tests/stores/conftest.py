"""A simulator on a real socket, and shops in it with a connector to each."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from simulator.app import create_app
from simulator.server import server_of
from simulator.settings import Settings

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "placing")]

from simulated_shop import OpenShop, SimulatedShop  # noqa: E402 - found by the path above


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
async def simulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the control API; a draft is being calculated for 30 ms."""
    state = Path(tmp_path_factory.mktemp("simulator"))
    settings = Settings(port=free_port(), state=state, draft_ready_ms=30)
    server = server_of(create_app(settings), settings)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
    async with httpx.AsyncClient(base_url=settings.url, timeout=10) as client:
        yield client
    server.should_exit = True
    await task


@pytest.fixture
async def open_shop(simulator: httpx.AsyncClient) -> AsyncIterator[OpenShop]:
    opened: list[SimulatedShop] = []

    async def open_one(deadline_s: float = 5.0, **asked: object) -> SimulatedShop:
        body = {"name": "gifts", "products": 2, "variants": 2, "rate": 2000, **asked}
        made = await simulator.post("/_stores", json=body)
        assert made.status_code == 201, made.text
        opened.append(SimulatedShop(simulator, made.json(), deadline_s))
        return opened[-1]

    yield open_one
    for shop in opened:
        await shop.close()


@pytest.fixture
async def shop(open_shop: OpenShop) -> SimulatedShop:
    return await open_shop()
