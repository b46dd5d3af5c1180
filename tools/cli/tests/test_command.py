"""The command as a whole: help, exit codes, one JSON document, sentences instead of traces."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from giftstream_cli.app import app
from typer.testing import CliRunner

from .running import Run

NOWHERE = "127.0.0.1:1"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("topics", "apply"),
        ("events", "publish"),
        ("orders", "list"),
        ("orders", "show"),
        ("orders", "place"),
        ("orders", "preview"),
        ("orders", "edit"),
        ("orders", "reject"),
        ("orders", "cancel"),
        ("dlq", "list"),
        ("dlq", "show"),
        ("dlq", "replay"),
        ("dlq", "drop"),
        ("outbox", "sweep"),
        ("republish",),
        ("keys", "rotate"),
        ("doctor",),
        ("lanes", "list"),
        ("lanes", "pause"),
        ("lanes", "resume"),
        ("stores", "connect"),
        ("stores", "list"),
        ("stores", "check"),
    ],
)
def test_every_command_explains_itself_with_an_example(arguments: tuple[str, ...]) -> None:
    ran = CliRunner().invoke(app, [*arguments, "--help"], env={"COLUMNS": "100"})
    assert ran.exit_code == 0
    assert f"giftstream {' '.join(arguments)}".strip() in ran.output
    assert "\x1b" not in ran.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("events", "publish"),
        ("events", "publish", "missing.jsonl", "--dry-run"),
        ("events", "publish", "-", "--topic", "no.such", "--dry-run"),
        ("events", "publish", "-", "--key", "half", "--dry-run"),
        ("dlq", "show", "nonsense", "--kafka", NOWHERE),
        ("dlq", "replay", "--kafka", NOWHERE),
        ("dlq", "drop", "--kafka", NOWHERE),
        ("dlq", "drop", "--topic", "a", "--kafka", NOWHERE),
        ("dlq", "drop", "--topic", "a", "--before", "soon", "--kafka", NOWHERE),
        ("orders", "list"),
        ("orders", "show", "a/b", "--url", "http://127.0.0.1:1", "--api-key", "k"),
        ("orders", "place", "--url", "http://127.0.0.1:1", "--api-key", "k"),
        ("orders", "place", "x", "--status", "on_hold", "--api-key", "k"),
        ("orders", "place", "--brand", "acme", "--file", "-", "--api-key", "k"),
        ("orders", "place", "--file", "-", "--url", "http://127.0.0.1:1", "--api-key", "k"),
        ("orders", "edit", "x", "--url", "http://127.0.0.1:1", "--api-key", "k"),
        ("orders", "edit", "x", "--line", "TEE", "--api-key", "k"),
        ("orders", "edit", "x", "--address", "planet=Mars", "--api-key", "k"),
        ("orders", "cancel", "a/b", "--api-key", "k"),
        ("topics", "apply"),
    ],
)
def test_wrong_use_is_code_2_and_a_sentence(giftstream: Run, arguments: Any) -> None:
    ran = giftstream(*arguments)
    assert ran.code == 2
    assert ran.err.strip()
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("topics", "apply", "--yes", "--kafka", NOWHERE),
        ("dlq", "list", "--kafka", NOWHERE),
        ("dlq", "show", "a.dlq/0/0", "--kafka", NOWHERE),
        ("dlq", "replay", "--topic", "a", "--kafka", NOWHERE),
        ("dlq", "drop", "a.dlq/0/0", "--yes", "--kafka", NOWHERE),
        ("events", "publish", "-", "--kafka", NOWHERE),
        ("orders", "list", "--url", "http://127.0.0.1:1", "--api-key", "k"),
        ("orders", "place", "x", "y", "--url", "http://127.0.0.1:1", "--api-key", "k"),
    ],
)
def test_a_server_that_is_away_is_code_3_with_one_document(giftstream: Run, arguments: Any) -> None:
    ran = giftstream(*arguments, "--json")
    assert ran.code == 3
    assert isinstance(ran.document, dict)
    assert "Traceback" not in ran.err


def test_a_dry_run_needs_no_server_and_tells_each_bad_line(giftstream: Run) -> None:
    line = {"selection_id": "s", "creator_id": "c", "lines": [{"sku": "A", "quantity": 1}]}
    stdin = json.dumps(line).encode() + b"\n\nnot json\n"
    ran = giftstream(
        "events",
        "publish",
        "-",
        "--dry-run",
        "--brand",
        "a",
        "--campaign",
        "b",
        "--json",
        stdin=stdin,
    )
    assert ran.code == 1
    assert (ran.document["good"], ran.document["bad"]) == (1, 1)
    assert [one["line"] for one in ran.document["problems"]] == [3]
    assert "line 3" in ran.err


class Orders(BaseHTTPRequestHandler):
    """Answers as order-placement does."""

    def do_GET(self) -> None:
        if self.headers["Authorization"] != "Bearer right":
            self._answer(401, {"detail": "A valid key is needed."})
        elif self.path.startswith("/orders?"):
            cursor = "cursor=2" in self.path
            items = [{"order_id": "o-2" if cursor else "o-1", "status": "on_hold\x1b[31m"}]
            self._answer(200, {"items": items, "next": None if cursor else "2"})
        elif self.path == "/orders/o-1/preview":
            warnings = [{"code": "out_of_stock", "detail": "Restock it."}]
            order = {"status": "pending_review"}
            self._answer(200, {"order": order, "warnings": warnings})
        elif self.path == "/orders/o-1":
            reason = {"code": "out_of_stock", "detail": "Restock it."}
            self._answer(200, {"order_id": "o-1", "status": "on_hold", "reasons": [reason]})
        else:
            self._answer(404, {"detail": "There is no such thing here."})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        named = body["by"] == "Eve" and body["override"] == ["out_of_stock"]
        if self.path == "/orders/o-1/place" and named:
            self._answer(200, {"order_id": "o-1", "status": "approved"})
        elif self.path == "/orders/o-3/place":
            reasons = [{"code": "missing_address", "detail": "Complete it."}]
            self._answer(200, {"order_id": "o-3", "status": "on_hold", "reasons": reasons})
        else:
            reasons = [{"code": "out_of_stock", "detail": "Restock it."}]
            self._answer(409, {"detail": "It is on hold.", "reasons": reasons})

    def _answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def run_json(tmp_path: Path) -> Any:
    """A stack's run.json in the folder of the command; order-placement answers."""
    server = HTTPServer(("127.0.0.1", 0), Orders)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    (tmp_path / ".giftstream").mkdir()
    content = {"services": {"order-placement": url}, "admin_key": "right"}
    (tmp_path / ".giftstream" / "run.json").write_text(json.dumps(content))
    yield url
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("run_json")
def test_orders_are_found_through_run_json_over_all_pages(giftstream: Run) -> None:
    ran = giftstream("orders", "list", "--json")
    assert ran.code == 0
    assert [one["order_id"] for one in ran.document["items"]] == ["o-1", "o-2"]
    table = giftstream("orders", "list").out
    assert "\x1b" not in table
    assert "on_hold\\x1b[31m" in table
    assert giftstream("orders", "list", "--limit", "1", "--json").document["more"] is True


@pytest.mark.usefixtures("run_json")
def test_a_shown_order_says_what_holds_it(giftstream: Run) -> None:
    ran = giftstream("orders", "show", "o-1")
    assert ran.code == 0
    assert "out_of_stock: Restock it." in ran.out
    missing = giftstream("orders", "show", "o-9", "--json")
    assert missing.code == 1
    assert missing.document["error"]["detail"] == "There is no such thing here."


@pytest.mark.usefixtures("run_json")
def test_each_order_is_placed_by_itself(giftstream: Run) -> None:
    asked = ("--override", "out_of_stock", "--by", "Eve", "--json")
    ran = giftstream("orders", "place", "o-1", "o-2", "o-3", *asked)
    assert ran.code == 1
    assert [one["accepted"] for one in ran.document["items"]] == [True, False, False]
    assert "Complete it." in ran.document["items"][2]["detail"]
    assert giftstream("orders", "place", "o-1", *asked).code == 0
    assert "out_of_stock: Restock it." in ran.document["items"][1]["detail"]


@pytest.mark.usefixtures("run_json")
def test_a_dry_run_of_placing_tells_what_it_would_meet(giftstream: Run) -> None:
    ran = giftstream("orders", "place", "o-1", "o-9", "--dry-run", "--json")
    assert ran.code == 1
    first, missing = ran.document["items"]
    assert (first["accepted"], first["status"]) == (True, "pending_review")
    assert first["detail"] == "would be judged again and placed; Restock it."
    assert missing["accepted"] is False


@pytest.mark.usefixtures("run_json")
def test_a_wrong_key_is_said_to_be_one(giftstream: Run) -> None:
    ran = giftstream("orders", "list", GIFTSTREAM_KEY="wrong")
    assert ran.code == 1
    assert "key was not accepted" in ran.err


def test_a_file_that_is_not_there_is_told_in_words(giftstream: Run) -> None:
    at = {"GIFTSTREAM_URL_ORDER_PLACEMENT": f"http://{NOWHERE}", "GIFTSTREAM_KEY": "k"}
    ran = giftstream("orders", "place", "--file", "gone.txt", **at)
    assert (ran.code, ran.err.strip()) == (2, "gone.txt cannot be read: No such file or directory.")


def test_a_broken_run_json_is_told_with_its_remedy(giftstream: Run, tmp_path: Path) -> None:
    (tmp_path / ".giftstream").mkdir()
    (tmp_path / ".giftstream" / "run.json").write_text("{oops")
    ran = giftstream("orders", "list")
    assert ran.code == 2
    assert "no valid JSON: start `make run` again" in ran.err


def test_lines_without_brand_and_campaign_are_told_which_options_give_them(
    giftstream: Run,
) -> None:
    line = b'{"selection_id": "s", "creator_id": "c", "lines": [{"sku": "A", "quantity": 1}]}'
    ran = giftstream("events", "publish", "-", "--dry-run", stdin=line)
    assert ran.code == 1
    assert "need --brand BRAND_ID and --campaign CAMPAIGN_ID" in ran.err
