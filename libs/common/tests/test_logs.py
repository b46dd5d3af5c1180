"""Log lines hold facts and ids, and nothing of people or secrets."""

import json
import subprocess
import sys
from typing import Any

START = (
    "from giftstream import logs\nfrom giftstream.logs import log\nlogs.configure('svc', 'info')\n"
)


def lines(program: str) -> list[dict[str, Any]]:
    ended = subprocess.run(
        [sys.executable, "-c", START + program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stdout == ""
    return [json.loads(line) for line in ended.stderr.splitlines()]


def test_a_fact_is_one_line_of_json() -> None:
    (line,) = lines("log.info('order.placed', order_id='o-1', count=2, codes=['a'])")
    assert line.pop("at").endswith("Z")
    assert line == {
        "service": "svc",
        "level": "info",
        "event": "order.placed",
        "order_id": "o-1",
        "count": 2,
        "codes": ["a"],
    }


def test_fields_that_are_not_known_harmless_are_dropped_and_counted() -> None:
    (line,) = lines("log.info('x', email='canary', payload={'a': 'canary'}, order_id='o')")
    assert line["dropped"] == 2
    assert "canary" not in json.dumps(line)


def test_a_known_field_with_a_structure_in_it_shows_only_its_kind() -> None:
    (line,) = lines("log.info('x', order_id={'email': 'canary'}, codes=[{'a': 'canary'}])")
    assert (line["order_id"], line["codes"]) == ("dict", ["dict"])


def test_a_line_break_starts_no_line() -> None:
    (line,) = lines("log.info('x', order_id='o\\n{\"event\": \"forged\"}')")
    assert line["event"] == "x"


def test_an_exception_tells_its_kind_and_place_but_not_its_words() -> None:
    (line,) = lines(
        "from giftstream.events import Money\n"
        "def parse():\n"
        "    Money.model_validate({'amount': 'canary', 'currency': 'canary'})\n"
        "try:\n"
        "    parse()\n"
        "except ValueError as error:\n"
        "    log.error('x.failed', exc_info=error)\n"
    )
    assert line["error"] == "ValidationError"
    assert any(frame.endswith("parse") for frame in line["frames"])
    assert "canary" not in json.dumps(line)


def test_libraries_speak_in_the_same_lines_from_warning_up() -> None:
    (line,) = lines(
        "import logging\n"
        "logging.getLogger('aiokafka.conn').info('no')\n"
        "logging.getLogger('aiokafka.conn').warning('to mongodb://u:canary@h %s', 'x' * 900)\n"
    )
    assert line["event"] == "aiokafka.conn"
    assert "canary" not in line["message"]
    assert len(line["message"]) <= 501


def test_what_is_bound_to_the_work_at_hand_is_in_every_line() -> None:
    (line,) = lines(
        "import structlog\n"
        "with structlog.contextvars.bound_contextvars(correlation_id='c-1'):\n"
        "    log.info('x')\n"
    )
    assert line["correlation_id"] == "c-1"


def test_lines_below_the_level_are_not_written() -> None:
    assert lines("log.debug('x')") == []
