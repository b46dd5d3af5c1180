"""What people are shown of a campaign's budget."""

from typing import Any

import pytest
from giftstream.mongo import Document
from order_placement.api.views import BudgetView
from order_placement.campaign_budgets import spending

EUR = {"amount": 5000, "currency": "EUR"}


def shown(budget: Any, counted: Document | None) -> dict[str, Any]:
    campaign = {"_id": "c-1", "brand_id": "b-1", "budget": budget}
    return BudgetView.model_validate(spending(campaign, counted)).model_dump()


@pytest.mark.parametrize(
    ("spent", "left"), [({}, 5000), ({"EUR": 1999}, 3001), ({"EUR": 5000}, 0), ({"EUR": 7000}, 0)]
)
def test_what_is_spent_and_what_is_left(spent: dict[str, int], left: int) -> None:
    found = shown(EUR, {"spent": spent, "counted": True})
    assert found["spent"] == {"amount": spent.get("EUR", 0), "currency": "EUR"}
    assert found["left"] == {"amount": left, "currency": "EUR"}
    assert (found["budget"], found["counted"]) == (EUR, True)


def test_what_counts_in_another_currency_is_told_apart() -> None:
    found = shown(EUR, {"spent": {"EUR": 1, "USD": 20, "CHF": 0}, "counted": True})
    assert found["spent_otherwise"] == [{"amount": 20, "currency": "USD"}]
    assert found["left"]["amount"] == 4999


@pytest.mark.parametrize("counted", [None, {"spent": {"EUR": 10}, "counted": False}])
def test_a_sum_that_is_not_complete_is_not_shown(counted: Document | None) -> None:
    found = shown(EUR, counted)
    assert (found["counted"], found["spent"], found["left"]) == (False, None, None)


@pytest.mark.parametrize("counted", [None, {"spent": {"EUR": 10}, "counted": False}])
def test_what_nothing_limits_says_so(counted: Document | None) -> None:
    found = shown("unlimited", counted)
    assert (found["budget"], found["spent"], found["left"]) == ("unlimited", None, None)
