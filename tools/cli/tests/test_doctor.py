"""`giftstream doctor`: every failure one line with its remedy."""

import socketserver
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from giftstream_cli.services import SERVICES

from .running import Ran, Run
from .serving import Served, serving

NOWHERE = "127.0.0.1:1"
GOOD_KEY = "k1:" + "A" * 43 + "="


class Smtp(socketserver.StreamRequestHandler):
    """Greets, and says yes to everything."""

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            self.wfile.write(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 fine\r\n")


@pytest.fixture
def services() -> Iterator[Served]:
    """All four in one: they are told apart by nothing that the doctor looks at."""
    routes: dict[str, Any] = {
        "GET /ready": (200, {"status": "ok", "checks": {"mongo": "ok"}}),
        "GET /admin/checks": (
            200,
            {"ok": True, "checks": [{"name": "mongo", "ok": True, "detail": "Majority writes."}]},
        ),
        "GET /stores": (
            200,
            {"items": [{"store_id": "s-1", "name": "Acme", "status": "connected"}], "next": None},
        ),
        "POST /stores/s-1/check": (200, {"ok": True, "checks": []}),
        "POST /webhooks/doctor": (401, {}),
    }
    with serving(routes) as served:
        yield served


@pytest.fixture
def at(services: Served, tmp_path: Path) -> Iterator[dict[str, str]]:
    (tmp_path / "key").write_text(GOOD_KEY)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp) as smtp:
        Thread(target=smtp.serve_forever, daemon=True).start()
        urls = {f"GIFTSTREAM_URL_{n.upper().replace('-', '_')}": services.url for n in SERVICES}
        yield urls | {
            "GIFTSTREAM_KEY": "k",
            "GIFTSTREAM_SEALING_KEY_FILE": "key",
            "NOTIFICATION_SMTP": f"127.0.0.1:{smtp.server_address[1]}",
            "STORE_SYNC_WEBHOOK_URL": services.url,
        }
        smtp.shutdown()


def found(ran: Ran) -> dict[str, tuple[str, str]]:
    """State and remedy by name."""
    return {one["name"]: (one["state"], one["remedy"] or "") for one in ran.document["checks"]}


def test_all_well_is_code_0_and_what_is_not_known_is_skipped(
    giftstream: Run, at: dict[str, str]
) -> None:
    ran = giftstream("doctor", "--json", **at)
    assert ran.code == 0
    checks = found(ran)
    assert checks.pop("kafka")[0] == "skipped"
    assert checks.pop("mongo")[0] == "skipped"
    assert {state for state, _ in checks.values()} == {"ok"}
    assert {"smtp", "webhooks", "sealing key", "store Acme (s-1)", *SERVICES} <= set(checks)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("kafka", {"GIFTSTREAM_KAFKA": NOWHERE}),
        ("sealing key", {"GIFTSTREAM_SEALING_KEY_FILE": "missing"}),
        ("smtp", {"NOTIFICATION_SMTP": NOWHERE}),
        ("smtp", {"NOTIFICATION_SMTP": "nonsense"}),
        ("webhooks", {"STORE_SYNC_WEBHOOK_URL": f"http://{NOWHERE}"}),
        ("campaign", {"GIFTSTREAM_URL_CAMPAIGN": f"http://{NOWHERE}"}),
    ],
)
def test_what_is_away_fails_alone_with_a_remedy(
    giftstream: Run, at: dict[str, str], name: str, changed: dict[str, str]
) -> None:
    ran = giftstream("doctor", "--json", "--no-stores", **(at | changed))
    assert ran.code == 1
    failed = {one: remedy for one, (state, remedy) in found(ran).items() if state == "failed"}
    assert failed.pop(name)
    assert set(failed) <= {f"{name} checks"}


@pytest.mark.parametrize(
    ("route", "answer", "name"),
    [
        ("GET /ready", (503, {"checks": {"kafka": "no answer"}}), "campaign"),
        (
            "GET /admin/checks",
            (403, {"detail": "Only the admin key may do this."}),
            "campaign checks",
        ),
        (
            "GET /admin/checks",
            (200, {"checks": [{"name": "indexes", "ok": False, "detail": "x", "remedy": "y"}]}),
            "campaign indexes",
        ),
        (
            "POST /stores/s-1/check",
            (200, {"checks": [{"name": "token", "ok": False, "detail": "x", "remedy": "y"}]}),
            "store Acme (s-1)",
        ),
        ("GET /stores", (503, {"detail": "Away."}), "stores"),
        ("POST /webhooks/doctor", (404, {}), "webhooks"),
    ],
)
def test_what_answers_wrongly_fails_with_a_remedy(
    giftstream: Run, at: dict[str, str], services: Served, route: str, answer: Any, name: str
) -> None:
    services.routes[route] = answer
    ran = giftstream("doctor", "--json", **at)
    assert ran.code == 1
    state, remedy = found(ran)[name]
    assert (state, bool(remedy)) == ("failed", True)


@pytest.mark.parametrize("content", ["", "k1:not base64", "k1:" + "A" * 8, "a b:" + GOOD_KEY])
def test_a_key_file_that_is_none_never_shows_its_content(
    giftstream: Run, at: dict[str, str], tmp_path: Path, content: str
) -> None:
    (tmp_path / "key").write_text(content)
    ran = giftstream("doctor", **at)
    assert ran.code == 1
    (line,) = [one for one in ran.out.splitlines() if one.startswith("FAILED")]
    assert "sealing key" in line
    assert "AAAA" not in line


def test_with_nothing_known_it_is_wrong_use(giftstream: Run) -> None:
    assert giftstream("doctor", "--json").code == 2
