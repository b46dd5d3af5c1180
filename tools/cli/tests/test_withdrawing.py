"""`giftstream selections withdraw`: handed in once each, and followed until it is known what it
meant."""

from collections.abc import Iterator
from typing import Any

import pytest

from .running import Run
from .serving import Answer, Served, serving

WITHDRAW = ("selections", "withdraw", "b-1")


def order(status: str, *codes: str, **more: Any) -> dict[str, Any]:
    reasons = [{"code": code, "detail": "So it is."} for code in codes]
    known = {"order_id": "o-1", "store_id": "s-1", "status": status, "reasons": reasons}
    return {**known, "cancel_requested": None, **more}


def found(*orders: dict[str, Any], withdrawal: str | None = None, **more: Any) -> Answer:
    said = withdrawal and {"outcome": withdrawal, "reason": "Mistake.", "reasons": []}
    here = {"outcome": "accepted" if orders else "withdrawn", "reasons": [], "refusals": []}
    ids = {"brand_id": "b-1", "selection_id": "sel-1"}
    return 200, {**ids, **here, "orders": list(orders), "withdrawal": said, **more}


class Services:
    """Answers about `sel-1`, one answer after the other; the last one stays."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [(404, {"code": "not_found", "detail": "Nothing here."})]
        self.taken: Answer = (202, {"selection_id": "sel-1", "brand_id": "b-1"})

    def look(self, _: dict[str, Any]) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def routes(self) -> dict[str, Any]:
        return {
            "GET /selections/b-1/sel-1": self.look,
            "POST /selections/sel-1/withdraw": lambda _: self.taken,
            "POST /selections/sel-2/withdraw": (404, {"code": "x", "detail": "No such brand."}),
        }


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.fixture
def served(services: Services) -> Iterator[Served]:
    with serving(services.routes()) as one:
        yield one


@pytest.fixture
def at(served: Served) -> dict[str, str]:
    urls = {"GIFTSTREAM_URL_CAMPAIGN": served.url, "GIFTSTREAM_URL_ORDER_PLACEMENT": served.url}
    return urls | {"GIFTSTREAM_KEY": "k"}


def test_a_selection_is_taken_back_and_its_order_is_seen_cancelled(
    giftstream: Run, served: Served, services: Services, at: dict[str, str]
) -> None:
    asked = {"by": "the selection's publisher"}
    services.answers = [
        found(order("placing")),
        found(order("placing"), withdrawal="waiting"),
        found(order("placing", cancel_requested=asked), withdrawal="done"),
        found(order("cancelled", "selection_withdrawn"), withdrawal="done"),
    ]
    ran = giftstream(*WITHDRAW, "sel-1", "--reason", "Mistake.", **at)
    assert (ran.code, ran.out) == (0, "sel-1  order o-1 is cancelled\n")
    bodies = served.bodies("POST /selections/sel-1/withdraw")
    assert bodies == [{"brand_id": "b-1", "reason": "Mistake."}]


def test_too_late_for_an_order_is_code_1_and_says_what_can_be_done(
    giftstream: Run, services: Services, at: dict[str, str]
) -> None:
    services.answers = [found(order("placed", "withdrawn_too_late"), withdrawal="done")]
    ran = giftstream(*WITHDRAW, "sel-1", "--json", **at)
    assert ran.code == 1
    (one,) = ran.document["items"]
    assert (one["accepted"], one["outcome"]) == (False, "done")
    assert "giftstream orders cancel o-1" in one["detail"]


def test_a_withdrawal_that_is_first_waits_for_its_selection(
    giftstream: Run, services: Services, at: dict[str, str]
) -> None:
    services.answers = [*services.answers, found(withdrawal="waiting")]
    ran = giftstream(*WITHDRAW, "sel-1", **at)
    assert ran.code == 0
    assert "kept for eight days" in ran.out


def test_an_unsigned_withdrawal_refused_before_is_not_taken_for_this_one(
    giftstream: Run, services: Services, at: dict[str, str]
) -> None:
    gone = found(order("cancelled", "selection_withdrawn"), withdrawal="done")
    services.answers = [found(order("on_hold"), withdrawal="refused"), gone]
    assert "is cancelled" in giftstream(*WITHDRAW, "sel-1", **at).out


def test_one_that_is_refused_stops_no_other_and_what_is_not_seen_yet_says_so(
    giftstream: Run, services: Services, at: dict[str, str]
) -> None:
    services.answers = [found(order("approved"), withdrawal="waiting")]
    ran = giftstream(*WITHDRAW, "sel-2", "sel-1", "--wait", "0.1", "--json", **at)
    assert ran.code == 1
    refused, sent = ran.document["items"]
    assert (refused["accepted"], refused["detail"]) == (False, "No such brand.")
    assert (sent["accepted"], sent["outcome"]) == (True, "sent")


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (found(order("on_hold")), 0, "would be cancelled"),
        (found(order("placing")), 0, "as soon as its outcome is known"),
        (found(order("placed")), 1, "would be too late"),
        (found(order("cancelled")), 0, "nothing would be done"),
        (found(order("on_hold"), withdrawal="done"), 0, "withdrawn already"),
        ((404, {"code": "not_found", "detail": "Nothing."}), 0, "kept for eight days"),
    ],
)
def test_a_dry_run_says_what_it_would_mean_and_withdraws_nothing(
    giftstream: Run,
    served: Served,
    services: Services,
    at: dict[str, str],
    answer: Answer,
    code: int,
    said: str,
) -> None:
    services.answers = [answer]
    ran = giftstream(*WITHDRAW, "sel-1", "--dry-run", **at)
    assert (ran.code, said in ran.out) == (code, True)
    assert served.bodies("POST /selections/sel-1/withdraw") == []


def test_a_service_that_is_away_is_code_3_and_wrong_use_is_code_2(
    giftstream: Run, services: Services, at: dict[str, str]
) -> None:
    away = at | {"GIFTSTREAM_URL_CAMPAIGN": "http://127.0.0.1:1"}
    assert giftstream(*WITHDRAW, "sel-1", **away).code == 3
    assert giftstream(*WITHDRAW, "a/b", **at).code == 2
    assert giftstream(*WITHDRAW, "sel-1", "--reason", "x" * 2001, **at).code == 2
    unfollowed = at | {"GIFTSTREAM_URL_ORDER_PLACEMENT": "http://127.0.0.1:1"}
    ran = giftstream(*WITHDRAW, "sel-1", **unfollowed)
    assert (ran.code, "cannot be followed now" in ran.out) == (0, True)


def test_what_became_of_a_selection_tells_of_its_withdrawal(
    giftstream: Run, services: Services, at: dict[str, str]
) -> None:
    services.answers = [found(order("placed", "withdrawn_too_late"), withdrawal="done")]
    ran = giftstream("selections", "show", "b-1", "sel-1", **at)
    assert "Withdrawn (done): Mistake." in ran.err
