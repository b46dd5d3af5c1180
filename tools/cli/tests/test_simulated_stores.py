"""`giftstream stores connect --simulated`: a store to try with, opened and connected in one."""

from collections.abc import Iterator
from typing import Any

import pytest

from .running import Run
from .serving import Answer, Served, serving

SECRETS = {"access_token": "shpat_canary", "webhook_secret": "shpss_canary"}
CONNECT = ("stores", "connect", "--brand", "acme", "--name", "To try", "--simulated")


class World:
    """The simulator and store-sync in one; store-sync hears of the brand after one request."""

    def __init__(self) -> None:
        self.served = Served({})
        self.connected: list[dict[str, Any]] = []
        self.answer: Answer | None = None
        self.unheard = 1

    def open(self, body: dict[str, Any]) -> Answer:
        return 201, {"store": "t-1", "base_url": f"{self.served.url}/t-1", "credentials": SECRETS}

    def connect(self, body: dict[str, Any]) -> Answer:
        if self.answer is not None:
            return self.answer
        self.unheard -= 1
        if self.unheard >= 0:
            return 409, {"code": "unknown_brand", "detail": "Not known here yet."}
        shown = {"store_id": "s-1", "brand_id": "acme", "name": body["name"], "status": "connected"}
        self.connected = [shown | {"base_url": body["base_url"]}]
        return 201, self.connected[0]

    def routes(self) -> dict[str, Any]:
        return {
            "POST /_stores": self.open,
            "DELETE /_stores/t-1": (204, None),
            "GET /stores": lambda _: (200, {"items": self.connected, "next": None}),
            "GET /stores/s-1": lambda _: (200, self.connected[0]),
            "POST /stores": self.connect,
        }


@pytest.fixture
def world() -> Iterator[World]:
    one = World()
    with serving(one.routes()) as served:
        one.served = served
        yield one


@pytest.fixture
def at(world: World) -> dict[str, str]:
    url = world.served.url
    where = {"GIFTSTREAM_URL_STORE_SYNC": url, "GIFTSTREAM_URL_SIMULATOR": url}
    return where | {"GIFTSTREAM_KEY": "k"}


def test_it_is_opened_and_connected_and_found_again(
    giftstream: Run, world: World, at: dict[str, str]
) -> None:
    ran = giftstream(*CONNECT, "-q", **at)
    assert (ran.code, ran.out) == (0, "s-1\n")
    (_, body) = world.served.bodies("POST /stores")
    assert body["credentials"] == SECRETS
    assert body["base_url"] == f"{world.served.url}/t-1"
    assert "canary" not in ran.out + ran.err
    again = giftstream(*CONNECT, "-q", **at)
    assert (again.code, again.out) == (0, "s-1\n")
    assert len(world.served.bodies("POST /_stores")) == 1


def test_one_that_cannot_be_connected_is_closed_again(
    giftstream: Run, world: World, at: dict[str, str]
) -> None:
    world.answer = (403, {"code": "missing_scope", "detail": "No stores:write."})
    assert giftstream(*CONNECT, **at).code == 1
    assert [one for one, _, _ in world.served.asked][-1] == "DELETE /_stores/t-1"


def test_a_real_store_of_the_same_name_is_left_alone(
    giftstream: Run, world: World, at: dict[str, str]
) -> None:
    real = {"store_id": "s-9", "name": "To try", "base_url": "https://a.myshopify.com"}
    world.connected = [real | {"status": "connected"}]
    assert giftstream(*CONNECT, **at).code == 1
    assert world.served.bodies("POST /_stores") == []


def test_it_needs_a_simulator_and_no_other_address(
    giftstream: Run, world: World, at: dict[str, str]
) -> None:
    nowhere = {name: url for name, url in at.items() if "SIMULATOR" not in name}
    ran = giftstream(*CONNECT, **nowhere)
    assert ran.code == 2
    assert "make run" in ran.err
    assert giftstream(*CONNECT, "--shop", "a.myshopify.com", **at).code == 2
    assert giftstream(*CONNECT, "--dry-run", "--json", **at).document["would_connect"]
    assert world.served.bodies("POST /stores") == []
