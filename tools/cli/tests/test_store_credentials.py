"""`giftstream stores credentials`: replaced without showing a secret to anybody."""

import os
import pty
import select
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .running import Run
from .serving import Answer, Served, serving

TOKEN, SECRET = "shpat_canary", "whsec_canary"
STORE = {"store_id": "s-1", "name": "Acme", "status": "connected", "old_webhook_secret_until": None}
REPLACE = ("stores", "credentials", "s-1")


class StoreSync:
    """A store whose old webhook secret holds on once it has a new one."""

    def __init__(self) -> None:
        self.until: str | None = None
        self.end: Answer = (204, None)

    def change(self, body: dict[str, Any]) -> Answer:
        if body["credentials"].get("access_token", TOKEN) != TOKEN:
            return 422, {"code": "permission_denied", "detail": "Grant write_orders."}
        self.until = "2026-11-26T21:00:00Z"
        return self.store()

    def ended(self, _: dict[str, Any]) -> Answer:
        self.until = None if self.end[0] == 204 else self.until
        return self.end

    def store(self, _: object = None) -> Answer:
        return 200, {**STORE, "old_webhook_secret_until": self.until}, {"ETag": '"3"'}


@pytest.fixture
def store_sync() -> StoreSync:
    return StoreSync()


@pytest.fixture
def served(store_sync: StoreSync) -> Iterator[Served]:
    routes = {
        "GET /stores/s-1": store_sync.store,
        "PATCH /stores/s-1": store_sync.change,
        "DELETE /stores/s-1/old-webhook-secret": store_sync.ended,
    }
    with serving(routes) as one:
        yield one


@pytest.fixture
def at(served: Served, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "token").write_text(TOKEN + "\n")
    (tmp_path / "secret").write_text(SECRET + "\n")
    return {"GIFTSTREAM_URL_STORE_SYNC": served.url, "GIFTSTREAM_KEY": "k"}


def changes(served: Served) -> list[dict[str, Any]]:
    return served.bodies("PATCH /stores/s-1")


def ends(served: Served) -> int:
    return len(served.bodies("DELETE /stores/s-1/old-webhook-secret"))


def test_only_what_a_file_is_given_for_is_replaced(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    ran = giftstream(*REPLACE, "--token-file", "token", **at)
    assert ran.code == 0
    assert changes(served) == [{"credentials": {"access_token": TOKEN}}]
    assert served.sent("PATCH /stores/s-1", "If-Match") == ['"3"']
    assert "Replaced: access token." in ran.err
    assert TOKEN not in ran.out + ran.err
    assert ends(served) == 0


def test_both_may_come_on_stdin_and_the_old_secret_is_said_to_hold_on(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    stdin = f"{TOKEN}\n{SECRET}\n".encode()
    given = ("--token-file", "-", "--webhook-secret-file", "-")
    ran = giftstream(*REPLACE, *given, stdin=stdin, **at)
    assert ran.code == 0
    assert changes(served) == [{"credentials": {"access_token": TOKEN, "webhook_secret": SECRET}}]
    assert "holds until 2026-11-26T21:00:00Z" in ran.err
    assert SECRET not in ran.out + ran.err


def test_a_secret_that_leaked_ends_at_once_with_the_new_one_or_alone(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    given = ("--webhook-secret-file", "secret", "--end-old-secret", "--json")
    ran = giftstream(*REPLACE, *given, **at)
    assert (ran.code, ran.document["old_webhook_secret_until"]) == (0, None)
    assert (len(changes(served)), ends(served)) == (1, 1)
    assert giftstream(*REPLACE, "--end-old-secret", **at).code == 0
    assert (len(changes(served)), ends(served)) == (1, 2)


def test_an_old_secret_that_could_not_be_ended_is_said_to_hold(
    giftstream: Run, store_sync: StoreSync, at: dict[str, str]
) -> None:
    store_sync.end = (503, {"code": "unavailable", "detail": "Not now."})
    ran = giftstream(*REPLACE, "--webhook-secret-file", "secret", "--end-old-secret", **at)
    assert ran.code == 3
    assert "`giftstream stores credentials s-1 --end-old-secret`" in ran.err


def test_a_token_that_the_store_refuses_changes_nothing_and_ends_nothing(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    ran = giftstream(*REPLACE, "--token-file", "secret", "--end-old-secret", **at)
    assert (ran.code, "Grant write_orders." in ran.err) == (1, True)
    assert ends(served) == 0
    assert SECRET not in ran.err


def test_wrong_use_is_said_before_anything_is_asked(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    nobody = giftstream(*REPLACE, **at)
    assert (nobody.code, "--token-file" in nobody.err) == (2, True)
    assert giftstream(*REPLACE, "--token-file", "none", **at).code == 2
    assert giftstream(*REPLACE, "--token", TOKEN, **at).code == 2
    assert served.asked == []
    unknown = giftstream("stores", "credentials", "s-9", "--token-file", "token", **at)
    assert unknown.code == 1


def test_a_dry_run_reads_no_secret_and_changes_nothing(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    given = ("--webhook-secret-file", "none", "--end-old-secret", "--dry-run")
    ran = giftstream(*REPLACE, *given, "--json", **at)
    assert (ran.code, ran.document["would_replace"]) == (0, ["webhook_secret"])
    assert ran.document["would_end_old_secret"] is True
    said = giftstream(*REPLACE, "--dry-run", **at).err
    assert "replace the access token and replace the webhook secret" in said
    assert (changes(served), ends(served)) == ([], 0)


def at_a_terminal(command: tuple[str, ...], answers: list[str], at: dict[str, str]) -> str:
    """All that the terminal shows while each question gets its answer."""
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            arguments = [sys.executable, "-m", "giftstream_cli", *command]
            os.execve(sys.executable, arguments, {**os.environ, **at})
        finally:
            os._exit(127)
    shown, told = "", iter(answers)
    with os.fdopen(terminal, "rb+", buffering=0) as opened:
        while select.select([opened], [], [], 30)[0]:
            try:
                shown += opened.read(4096).decode()
            except OSError:  # it has ended
                break
            if shown.endswith("): "):
                opened.write(next(told).encode() + b"\n")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, shown
    return shown


@pytest.mark.parametrize(
    ("answers", "new"),
    [([TOKEN, ""], {"access_token": TOKEN}), (["", SECRET], {"webhook_secret": SECRET})],
)
def test_who_sits_at_a_terminal_is_asked_without_echo_and_what_is_left_empty_stays(
    served: Served, at: dict[str, str], answers: list[str], new: dict[str, str]
) -> None:
    shown = at_a_terminal(REPLACE, answers, at)
    assert "New access token" in shown
    assert "New webhook secret" in shown
    assert TOKEN not in shown
    assert SECRET not in shown
    assert changes(served) == [{"credentials": new}]
