"""Whoever sends a selection that is beyond a limit is told which one, what is left, what to do."""

from typing import Any

from campaign.refusals import no_room
from campaign.selections.claim_allowance import beyond
from campaign.selections.participations import Claim
from giftstream.events import Reason

UNLIMITED = {"items": "unlimited", "value": "unlimited", "orders_per_creator": "unlimited"}
USED = {"items": 1, "value": 2000, "orders_per_creator": 1}


def found(own: dict[str, Any] | None = None, **limits: Any) -> list[Reason]:
    campaign = {"allowance": UNLIMITED | limits}
    participation = {"allowance": own or {}, "used": USED}
    return list(beyond(campaign, participation, Claim("s", items=3, value=6000)))


def test_items_beyond_the_limit() -> None:
    (one,) = found(items=3)
    assert one.code == "allowance_exceeded"
    assert "it has 3 items and 2 of the creator's 3 are left. Choose less." in one.detail
    assert "raise `allowance.items` of the campaign" in one.detail
    assert "approve" not in one.detail


def test_value_beyond_a_limit_of_the_creators_own() -> None:
    (one,) = found({"value": 7999, "items": None}, value=10)
    assert "it is worth 6000 and 5999 of the creator's 7999 are left" in one.detail
    assert "the creator's own" in one.detail
    assert "raise" not in one.detail


def test_orders_and_more_are_all_told_and_the_first_gives_the_code() -> None:
    reasons = found(orders_per_creator=1, items=0)
    assert [one.code for one in reasons] == ["duplicate_order", "allowance_exceeded"]
    assert "(1 in all) none is left" in reasons[0].detail
    assert "0 of the creator's 0 are left" in reasons[1].detail
    problem = no_room(reasons)
    assert (problem.status, problem.code) == (409, "duplicate_order")
    assert problem.detail.endswith("It is beyond other limits too; see the reasons.")
    assert no_room(reasons[1:]).detail == reasons[1].detail


def test_what_fits_exactly_and_what_nothing_limits_is_beyond_nothing() -> None:
    assert found(items=4, value=8000, orders_per_creator=2) == []
    assert found() == []


def test_a_limit_that_nobody_set_allows_nothing() -> None:
    (one,) = found(items=None)
    assert "0 of the creator's 0 are left" in one.detail
