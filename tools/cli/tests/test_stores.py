"""`giftstream stores`: connected without showing a secret to anybody, listed, checked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .running import Run
from .serving import Answer, Served, serving

TOKEN, SECRET = "shpat_canary", "whsec_canary"
STORE = {
    "store_id": "s-1",
    "brand_id": "acme",
    "platform": "shopify",
    "name": "Acme",
    "shop": "acme.myshopify.com",
    "status": "needs_attention",
    "reasons": [{"code": "permission_denied", "detail": "Missing permission: write_orders."}],
}
CHECKS = [
    {"name": "token", "ok": True, "detail": "The access token is valid.", "remedy": None},
    {"name": "permissions", "ok": False, "detail": "Missing.", "remedy": "Grant it."},
]
CONNECT = ("stores", "connect", "--brand", "acme", "--name", "Acme")
SHOP = ("--shop", "acme.myshopify.com")


@pytest.fixture
def stores() -> Iterator[Served]:
    def connect(body: dict[str, object]) -> Answer:
        if body["credentials"] != {"access_token": TOKEN, "webhook_secret": SECRET}:
            detail = [{"code": "permission_denied", "detail": "Missing permission: write_orders."}]
            return 422, {"detail": "Grant write_orders.", "reasons": detail}
        return 201, STORE | {"status": "connected"}

    routes = {
        "GET /stores/s-1": (200, STORE),
        "GET /stores": (200, {"items": [STORE], "next": None}),
        "POST /stores": connect,
        "POST /stores/s-1/check": (200, {"ok": False, "checks": CHECKS, "store": STORE}),
    }
    with serving(routes) as served:
        yield served


@pytest.fixture
def at(stores: Served, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "token").write_text(TOKEN + "\n")
    (tmp_path / "secret").write_text(SECRET + "\n")
    return {"GIFTSTREAM_URL_STORE_SYNC": stores.url, "GIFTSTREAM_KEY": "k"}


def test_a_store_is_connected_with_secrets_from_files(
    giftstream: Run, stores: Served, at: dict[str, str]
) -> None:
    files = ("--token-file", "token", "--webhook-secret-file", "secret")
    more = ("--country", "es", "--shipping", "Standard", "--shipping", "fr=Colissimo")
    ran = giftstream(*CONNECT, *SHOP, *files, *more, **at)
    assert ran.code == 0
    assert "connected" in ran.out
    assert TOKEN not in ran.out + ran.err
    (body,) = stores.bodies("POST /stores")
    assert body["countries"] == ["ES"]
    assert body["shipping"] == {"default": "Standard", "by_country": {"FR": "Colissimo"}}


def test_both_secrets_may_come_on_stdin(
    giftstream: Run, stores: Served, at: dict[str, str]
) -> None:
    stdin = f"{TOKEN}\n{SECRET}\n".encode()
    given = ("--token-file", "-", "--webhook-secret-file", "-", "--json")
    ran = giftstream(*CONNECT, *SHOP, *given, stdin=stdin, **at)
    assert (ran.code, ran.document["store_id"]) == (0, "s-1")


def test_what_the_store_does_not_permit_is_named(giftstream: Run, at: dict[str, str]) -> None:
    files = ("--token-file", "secret", "--webhook-secret-file", "token")
    ran = giftstream(*CONNECT, *SHOP, *files, **at)
    assert ran.code == 1
    assert "write_orders" in ran.err
    assert SECRET not in ran.err


def test_without_a_terminal_secrets_need_a_file(
    giftstream: Run, stores: Served, at: dict[str, str]
) -> None:
    ran = giftstream(*CONNECT, *SHOP, **at)
    assert ran.code == 2
    assert "--token-file" in ran.err
    assert giftstream(*CONNECT, **at).code == 2
    assert giftstream(*CONNECT, *SHOP, "--token", TOKEN, **at).code == 2
    assert giftstream(*CONNECT, *SHOP, "--shipping", "FRA=x", **at).code == 2
    assert giftstream(*CONNECT, *SHOP, "--country", "Spain", **at).code == 2
    assert stores.bodies("POST /stores") == []


def test_a_dry_run_asks_for_no_secret_and_connects_nothing(
    giftstream: Run, stores: Served, at: dict[str, str]
) -> None:
    ran = giftstream(*CONNECT, *SHOP, "--dry-run", "--json", **at)
    assert (ran.code, ran.document["connected_already"]) == (0, ["s-1"])
    assert stores.bodies("POST /stores") == []


def test_a_list_says_what_is_wrong(giftstream: Run, at: dict[str, str]) -> None:
    assert "Missing permission: write_orders." in giftstream("stores", "list", **at).out
    assert giftstream("stores", "list", "--json", **at).document["more"] is False


def test_a_failed_check_is_code_1_with_its_remedy(giftstream: Run, at: dict[str, str]) -> None:
    ran = giftstream("stores", "check", "s-1", **at)
    assert ran.code == 1
    assert ran.out.splitlines()[1] == "FAILED  permissions: Missing. Grant it."
    assert giftstream("stores", "check", "s-9", **at).code == 1


def test_a_check_s_dry_run_asks_the_store_nothing(
    giftstream: Run, stores: Served, at: dict[str, str]
) -> None:
    ran = giftstream("stores", "check", "s-1", "--dry-run", **at)
    assert ran.code == 0
    assert "Missing permission: write_orders." in ran.out
    assert stores.bodies("POST /stores/s-1/check") == []


def test_a_store_that_was_disconnected_is_connected_anew(
    giftstream: Run, stores: Served, at: dict[str, str]
) -> None:
    gone = STORE | {"status": "disconnected"}
    stores.routes["GET /stores/s-1"] = (200, gone)
    answers = [(201, gone), (201, STORE | {"store_id": "s-2", "status": "connected"})]
    stores.routes["POST /stores"] = lambda _: answers.pop(0)
    files = ("--token-file", "token", "--webhook-secret-file", "secret")
    ran = giftstream(*CONNECT, *SHOP, *files, "-q", **at)
    assert (ran.code, ran.out) == (0, "s-2\n")
    assert len(set(stores.sent("POST /stores", "Idempotency-Key"))) == 2
