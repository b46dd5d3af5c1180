"""An import goes on in the service: whoever stops watching is told how to go on with it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from .running import Run
from .serving import Answer, Served, serving


class Imports:
    """Two imports, which run until they are told to end."""

    def __init__(self) -> None:
        self.looked_at, self.over, self.failed = Event(), False, False

    def job(self, name: str) -> dict[str, Any]:
        status = "failed" if self.failed else "done" if self.over else "running"
        error = {"code": "store_unreachable", "detail": "The store does not answer."}
        return {
            "import_id": name,
            "store_id": f"store-of-{name}",
            "status": status,
            "total": 3,
            "done": 1,
            "imported": 1,
            "rejected_count": 0,
            "rejected": [],
            "error": error if self.failed else None,
            "finished_at": "now" if self.over else None,
        }

    def look(self, name: str) -> Answer:
        self.looked_at.set()
        return 200, self.job(name)

    def routes(self) -> dict[str, Any]:
        return {
            "GET /campaigns/c-1": (200, {"campaign_id": "c-1", "stores": ["s-1"]}),
            "POST /campaigns/c-1/catalog/imports": lambda _: (202, self.job("i-1")),
            "GET /imports/i-1": lambda _: self.look("i-1"),
            "GET /imports/i-2": lambda _: self.look("i-2"),
        }


@pytest.fixture
def imports() -> Imports:
    return Imports()


@pytest.fixture
def served(imports: Imports) -> Iterator[Served]:
    with serving(imports.routes()) as one:
        yield one


@pytest.fixture
def at(served: Served) -> dict[str, str]:
    return {"GIFTSTREAM_URL_CAMPAIGN": served.url, "GIFTSTREAM_KEY": "k"}


AGAIN = "`giftstream catalog follow i-1`"


def test_who_leaves_an_import_is_told_how_to_follow_it_again(
    imports: Imports, at: dict[str, str], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "giftstream_cli", "catalog", "import", "c-1", "--all"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, **at},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert imports.looked_at.wait(30)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "goes on without you" in err
    assert AGAIN in err
    assert "i-1" in out
    assert "Traceback" not in err


def test_an_import_that_is_not_done_in_time_goes_on(giftstream: Run, at: dict[str, str]) -> None:
    ran = giftstream("catalog", "import", "c-1", "--all", "--within", "0", **at)
    assert ran.code == 1
    assert "not done yet, and goes on by itself" in ran.err
    assert AGAIN in ran.err
    unwatched = giftstream("catalog", "import", "c-1", "--all", "--no-wait", **at)
    assert (unwatched.code, AGAIN in unwatched.err) == (0, True)


def test_imports_that_were_begun_before_are_followed_to_their_end(
    giftstream: Run, imports: Imports, at: dict[str, str]
) -> None:
    follow = ("catalog", "follow", "i-1", "i-2")
    early = giftstream(*follow, "--within", "0", "--json", **at)
    assert (early.code, [one["status"] for one in early.document["items"]]) == (1, ["running"] * 2)
    imports.over = True
    ran = giftstream(*follow, **at)
    assert ran.code == 0
    assert "store-of-i-2" in ran.out
    assert "follow" not in ran.err
    imports.failed = True
    failed = giftstream(*follow, **at)
    assert (failed.code, "The store does not answer." in failed.err) == (1, True)


def test_an_import_that_there_is_not_says_where_its_id_is_found(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    served.routes["GET /imports/i-9"] = (404, {"code": "not_found", "detail": "No such import."})
    ran = giftstream("catalog", "follow", "i-9", **at)
    assert (ran.code, "`giftstream catalog import` prints" in ran.err) == (1, True)
    assert giftstream("catalog", "follow", "a/b", **at).code == 2
