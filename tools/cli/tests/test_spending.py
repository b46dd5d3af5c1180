"""`giftstream campaigns show`: how much of a campaign's budget is spent."""

from collections.abc import Iterator
from typing import Any

import pytest

from .running import Run
from .serving import Answer, Served, serving

SHOW = ("campaigns", "show", "c-1")
LIMIT = {"amount": 5000, "currency": "EUR"}


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


class Services:
    """A campaign with a budget, and what order-placement says of it."""

    def __init__(self) -> None:
        self.campaign: dict[str, Any] = {"campaign_id": "c-1", "brand_id": "b-1", "budget": LIMIT}
        self.answer: Answer = (404, {"code": "not_found", "detail": "There is no such campaign."})

    def spent(self, amount: int, *others: dict[str, Any]) -> None:
        known = {"budget": LIMIT, "counted": True, "spent": euros(amount)}
        left = euros(max(5000 - amount, 0))
        self.answer = (200, {**known, "left": left, "spent_otherwise": list(others)})


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.fixture
def served(services: Services) -> Iterator[Served]:
    routes: dict[str, Any] = {
        "GET /campaigns/c-1": lambda _: (200, services.campaign),
        "GET /campaigns/c-1/budget": lambda _: services.answer,
    }
    with serving(routes) as one:
        yield one


@pytest.fixture
def at(served: Served) -> dict[str, str]:
    urls = {"GIFTSTREAM_URL_CAMPAIGN": served.url, "GIFTSTREAM_URL_ORDER_PLACEMENT": served.url}
    return urls | {"GIFTSTREAM_KEY": "k"}


def lines(out: str) -> dict[str, str]:
    return {name: rest.strip() for name, _, rest in (one.partition(" ") for one in out.split("\n"))}


def test_what_is_spent_and_left_is_shown(
    giftstream: Run, services: Services, at: dict[str, str]
) -> None:
    services.spent(1999)
    shown = lines(giftstream(*SHOW, **at).out)
    assert (shown["budget"], shown["left"]) == ("5000 EUR", "3001 EUR")
    assert shown["spent"] == "1999 EUR; what waits counts too"
    document = giftstream(*SHOW, "--json", **at).document
    assert (document["budget"], document["spending"]["left"]) == (LIMIT, euros(3001))


def test_exceptions_are_told(giftstream: Run, services: Services, at: dict[str, str]) -> None:
    services.spent(5600, {"amount": 20, "currency": "USD"})
    shown = lines(giftstream(*SHOW, **at).out)
    assert shown["spent"].startswith("5600 EUR, 600 of it beyond the budget, and 20 USD;")
    assert shown["left"] == "0 EUR"


def test_unlimited_is_said_plainly_and_nobody_is_asked(
    giftstream: Run, served: Served, services: Services, at: dict[str, str]
) -> None:
    services.campaign["budget"] = "unlimited"
    shown = lines(giftstream(*SHOW, **at).out)
    assert shown["budget"] == "unlimited: what it gives away is not counted"
    assert giftstream(*SHOW, "--json", **at).document["spending"] is None
    assert served.bodies("GET /campaigns/c-1/budget") == []


def test_a_sum_that_is_being_counted_is_no_sum(
    giftstream: Run, services: Services, at: dict[str, str]
) -> None:
    services.answer = (200, {"budget": LIMIT, "counted": False, "spent": None, "left": None})
    shown = lines(giftstream(*SHOW, **at).out)
    assert "being counted" in shown["spent"]
    assert "left" not in shown


def test_the_campaign_is_shown_whether_or_not_its_spending_can_be_told(
    giftstream: Run, services: Services, at: dict[str, str]
) -> None:
    ran = giftstream(*SHOW, **at)
    assert (ran.code, lines(ran.out)["budget"]) == (0, "5000 EUR")
    assert "cannot be told: There is no such campaign." in ran.err
    away = giftstream(*SHOW, **at | {"GIFTSTREAM_URL_ORDER_PLACEMENT": "http://127.0.0.1:1"})
    assert (away.code, "could not be reached" in away.err) == (0, True)
    unset = {name: value for name, value in at.items() if "PLACEMENT" not in name}
    assert "set GIFTSTREAM_URL_ORDER_PLACEMENT" in giftstream(*SHOW, **unset).err
