"""`giftstream outbox`, `republish`, `keys`: shown first, then driven batch by batch."""

from collections.abc import Iterator
from typing import Any

import pytest
from giftstream_cli.services import SERVICES

from .running import Run
from .serving import Answer, Served, serving


class Service:
    """Three sealed values of which one is altered by a neighbour during the first pass."""

    def __init__(self) -> None:
        self.key_id = "k2"
        self.left = 3
        self.broken: list[str] = []
        self.pending = 2

    def rewrap(self, body: dict[str, Any]) -> Answer:
        assert body["limit"] <= 1000
        first = body["cursor"] is None
        seen = 2 if first else 1
        found = min(seen, self.left)
        if not body["dry_run"]:
            self.left -= found
        broken = self.broken if first else []
        said = {"seen": seen, "rewrapped": found, "missed": 0, "broken": len(broken)}
        more = {"broken_in": broken, "next": "second" if first else None}
        return 200, {"key_id": self.key_id, **said, **more}

    def sweep(self, _: object) -> Answer:
        swept, self.pending = self.pending, 0
        return 200, {"swept": swept, "pending": 0}

    def routes(self) -> dict[str, Any]:
        return {
            "GET /admin/rewrap": lambda _: (200, {"key_id": self.key_id, "documents": 3}),
            "POST /admin/rewrap": self.rewrap,
            "GET /admin/outbox": lambda _: (200, {"pending": self.pending}),
            "POST /admin/outbox/sweep": self.sweep,
            "GET /admin/republish": (
                200,
                {"items": [{"what": "orders", "topic": "order.changed", "count": 250}]},
            ),
            "POST /admin/republish": lambda body: (
                200,
                {"done": 200, "skipped": 0, "next": "n"}
                if body["cursor"] is None
                else {"done": 49, "skipped": 1, "next": None},
            ),
        }


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def served(service: Service) -> Iterator[Served]:
    with serving(service.routes()) as one:
        yield one


@pytest.fixture
def at(served: Served) -> dict[str, str]:
    urls = {f"GIFTSTREAM_URL_{n.upper().replace('-', '_')}": served.url for n in SERVICES}
    return urls | {"GIFTSTREAM_KEY": "k"}


def test_a_sweep_shows_first_and_then_does_it(giftstream: Run, at: dict[str, str]) -> None:
    only = ("outbox", "sweep", "--service", "campaign", "--json")
    shown = giftstream(*only, **at)
    assert (shown.code, shown.document["pending"], shown.document["dry_run"]) == (0, 2, True)
    done = giftstream(*only, "--yes", **at)
    assert done.document["items"] == [{"service": "campaign", "swept": 2, "pending": 0}]
    assert len(giftstream("outbox", "sweep", "--json", **at).document["items"]) == len(SERVICES)
    assert giftstream("outbox", "sweep", "--service", "nobody", **at).code == 2


def test_states_are_told_anew_batch_by_batch_only_when_told_so(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    shown = giftstream("republish", "orders", "--brand", "acme", **at)
    assert (shown.code, shown.out) == (0, "would tell 250 states of orders anew on order.changed\n")
    assert served.bodies("POST /admin/republish") == []
    assert served.asked[-1][0] == "GET /admin/republish?brand_id=acme"
    done = giftstream("republish", "orders", "--brand", "acme", "--yes", "--json", **at)
    assert (done.document["republished"], done.document["skipped"]) == (249, 1)
    assert [b["cursor"] for b in served.bodies("POST /admin/republish")] == [None, "n"]
    assert {b["brand_id"] for b in served.bodies("POST /admin/republish")} == {"acme"}
    assert giftstream("republish", "mails", **at).code == 2


def test_keys_are_rotated_until_a_whole_pass_finds_nothing(
    giftstream: Run, service: Service, at: dict[str, str]
) -> None:
    only = ("keys", "rotate", "--service", "campaign", "--json")
    shown = giftstream(*only, "--dry-run", **at)
    assert (shown.code, service.left) == (0, 3)
    assert shown.document["items"][0]["clean"] is False
    done = giftstream(*only, **at)
    assert (done.code, done.document["key_id"], service.left) == (0, "k2", 0)
    (item,) = done.document["items"]
    assert (item["documents"], item["rewrapped"], item["clean"]) == (3, 3, True)


def test_a_value_that_does_not_open_is_named_and_is_code_1(
    giftstream: Run, service: Service, at: dict[str, str]
) -> None:
    service.broken = ["orders/o-1/recipient"]
    ran = giftstream("keys", "rotate", "--service", "campaign", **at)
    assert ran.code == 1
    assert "orders/o-1/recipient does not open" in ran.err
    assert "leave the old keys in the file" in ran.err


def test_services_with_different_keys_are_not_rotated(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    other = Service()
    other.key_id = "k1"
    with serving(other.routes()) as second:
        ran = giftstream("keys", "rotate", **(at | {"GIFTSTREAM_URL_STORE_SYNC": second.url}))
    assert ran.code == 1
    assert "store-sync: k1" in ran.err
    assert served.bodies("POST /admin/rewrap") == []


@pytest.mark.parametrize(
    "command", [("outbox", "sweep"), ("keys", "rotate"), ("republish", "orders")]
)
def test_a_service_that_is_away_is_code_3(
    giftstream: Run, at: dict[str, str], command: tuple[str, ...]
) -> None:
    away = {"GIFTSTREAM_URL_ORDER_PLACEMENT": "http://127.0.0.1:1"}
    assert giftstream(*command, "--json", **(at | away)).code == 3
