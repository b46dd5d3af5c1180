"""`giftstream selections`: handed in once each, and followed until it is known what they became."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from .running import Run
from .serving import Answer, Served, serving

LINE = {"creator_id": "cr-1", "lines": [{"sku": "TEE-M", "quantity": 1}]}
HELD = [{"code": "missing_email", "detail": "There is no email address."}]
CONFLICT = {"code": "selection_conflict", "detail": "The id stands for another selection."}


def line(selection_id: str, **changes: Any) -> bytes:
    return json.dumps(LINE | {"selection_id": selection_id} | changes).encode() + b"\n"


def became(selection_id: str, status: str, **more: Any) -> dict[str, Any]:
    order = {"order_id": f"o-{selection_id}", "store_id": "s-1", "status": status, "reasons": []}
    found = {"selection_id": selection_id, "outcome": "accepted", "reasons": [], "refusals": []}
    return found | {"orders": [order | more]}


class Services:
    """Takes `good` and `held`; `taken` is another selection's id."""

    def __init__(self) -> None:
        self.asked = 0

    def take(self, body: dict[str, Any]) -> Answer:
        if body["selection_id"] == "taken":
            return 409, CONFLICT
        return 202, {"selection_id": body["selection_id"], "brand_id": body["brand_id"]}

    def good(self, _: dict[str, Any]) -> Answer:
        self.asked += 1
        if self.asked == 1:
            return 404, {"code": "not_found", "detail": "There is no such selection."}
        return 200, became("good", "placing" if self.asked == 2 else "placed")

    def routes(self) -> dict[str, Any]:
        return {
            "GET /campaigns/c-1": (200, {"campaign_id": "c-1", "brand_id": "b-1"}),
            "POST /selections": self.take,
            "GET /selections/b-1/good": self.good,
            "GET /selections/b-1/held": (200, became("held", "on_hold", reasons=HELD)),
        }


@pytest.fixture
def served() -> Iterator[Served]:
    with serving(Services().routes()) as one:
        yield one


@pytest.fixture
def at(served: Served) -> dict[str, str]:
    urls = {"GIFTSTREAM_URL_CAMPAIGN": served.url, "GIFTSTREAM_URL_ORDER_PLACEMENT": served.url}
    return urls | {"GIFTSTREAM_KEY": "k"}


SUBMIT = ("selections", "submit", "-")


def test_selections_are_handed_in_and_followed_until_settled(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    stdin = line("good") + line("held")
    ran = giftstream(*SUBMIT, "--campaign", "c-1", "--json", stdin=stdin, **at)
    assert ran.code == 0
    good, held = ran.document["items"]
    assert [one["status"] for one in good["became"]] == ["placed"]
    assert held["became"][0] == {
        "status": "on_hold",
        "order_id": "o-held",
        "store_id": "s-1",
        "reasons": ["missing_email"],
    }
    sent = {one["selection_id"]: one for one in served.bodies("POST /selections")}
    ids = {"brand_id": "b-1", "campaign_id": "c-1"}
    assert sent["good"] == LINE | ids | {"selection_id": "good"}
    table = giftstream(*SUBMIT, "--campaign", "c-1", stdin=stdin, **at).out
    assert "missing_email" in table


def test_the_same_file_again_is_the_same_request(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    fill = ("--brand", "b-1", "--campaign", "c-1", "--wait", "0")
    ran = giftstream(*SUBMIT, *fill, stdin=line("good"), **at)
    assert ran.out == "1 of 1 selections handed in; 0 not.\n"
    giftstream(*SUBMIT, *fill, stdin=line("good"), **at)
    giftstream(*SUBMIT, *fill, stdin=line("good", note="Hello."), **at)
    first, again, other = served.sent("POST /selections", "Idempotency-Key")
    assert first == again
    assert first != other


def test_a_bad_line_and_a_refused_one_stop_no_other(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    stdin = line("bad", lines=[]) + b"{\n" + line("taken") + line("good")
    ran = giftstream(*SUBMIT, "--campaign", "c-1", stdin=stdin, **at)
    assert ran.code == 1
    assert "line 1: lines:" in ran.err
    assert "line 2: the whole line: This is not valid JSON" in ran.err
    assert "line 3: The id stands for another selection." in ran.err
    assert "1 of 4 selections handed in; 3 not." in ran.err
    assert "o-good" in ran.out


def test_a_dry_run_checks_every_line_and_hands_in_nothing(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    stdin = line("good") + line("bad", lines=[])
    ran = giftstream(*SUBMIT, "--campaign", "c-1", "--dry-run", stdin=stdin, **at)
    assert (ran.code, ran.out) == (1, "1 of 2 selections would be handed in; 1 not.\n")
    assert served.bodies("POST /selections") == []


def test_lines_without_a_campaign_are_told_what_to_give(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    ran = giftstream(*SUBMIT, stdin=line("good"), **at)
    assert ran.code == 1
    assert "--campaign" in ran.err
    assert served.bodies("POST /selections") == []
    missing = giftstream("selections", "submit", "none.jsonl", **at)
    assert (missing.code, "cannot be opened" in missing.err) == (2, True)


def test_a_service_that_is_away_is_code_3_and_the_rest_is_not_tried(
    giftstream: Run, at: dict[str, str]
) -> None:
    away = at | {"GIFTSTREAM_URL_CAMPAIGN": "http://127.0.0.1:1"}
    stdin = b"".join(line(f"s-{number}") for number in range(20))
    fill = ("--brand", "b-1", "--campaign", "c-1")
    ran = giftstream(*SUBMIT, *fill, "--json", stdin=stdin, **away)
    assert ran.code == 3
    assert "not tried" in ran.document["items"][-1]["problems"][0]


def test_what_became_of_one_is_shown_however_it_came(giftstream: Run, at: dict[str, str]) -> None:
    ran = giftstream("selections", "show", "b-1", "held", **at)
    assert (ran.code, "missing_email" in ran.out) == (0, True)
    assert giftstream("selections", "show", "b-1", "held", "--json", **at).document["orders"]
    nobody = giftstream("selections", "show", "b-1", "none", **at)
    assert nobody.code == 1
