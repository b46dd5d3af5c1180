from __future__ import annotations

import io

from localstack.stack.live_view import LiveView
from localstack.stack.orders import Order
from localstack.stack.view import PlainView
from rich.console import Console

HELD = Order("o", "sample-ana", "Ana García", "on_hold", "#1001", ["missing_email"], seconds=3.2)


def test_without_a_terminal_there_are_plain_lines() -> None:
    out = io.StringIO()
    view = PlainView(out)
    view.part("kafka", "starting")
    view.order(HELD)
    view.note("three [bracketed] words")
    assert out.getvalue() == (
        "on_hold    Ana García  #1001  sample-ana  3.2 s  missing_email\nthree [bracketed] words\n"
    )


def test_on_a_terminal_brackets_in_what_others_say_are_no_markup() -> None:
    out = io.StringIO()
    view = LiveView(Console(file=out, width=120, force_terminal=True, color_system=None))
    view.part("campaign", "ready", "http://127.0.0.1:1")
    view.order(HELD)
    view.note("[bold]not markup[/]")
    view.failure("neither [this]")
    view.close()
    for shown in ("campaign", "Ana García", "[bold]not markup[/]", "neither [this]"):
        assert shown in out.getvalue()
