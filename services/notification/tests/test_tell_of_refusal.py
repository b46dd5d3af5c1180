"""Refusals are told to the brand, gathered, each once; nobody is told where no brand is known."""

from datetime import timedelta
from itertools import permutations
from typing import Any

from giftstream.brands import COLLECTION as BRANDS
from giftstream.delivery import Received, Record
from giftstream.events import Reason, SelectionRefused, Source
from notification.mails.messages import MESSAGES
from notification.telling.tell_of_refusal import MOST_ITEMS, TellOfRefusal

from .stories import NOON
from .world import DAYS_3, NOBODY, World


def world(**changes: Any) -> World:
    made = World(tell=TellOfRefusal(NOBODY, NOBODY, NOBODY, DAYS_3), **changes)
    made.facts.add(BRANDS, [{"_id": "acme", "name": "Acme"}])
    return made


def refusal(number: int, **changes: Any) -> Any:
    fields: dict[str, Any] = {
        "event_id": f"e-{number}",
        "occurred_at": NOON,
        "selection_id": f"sel-{number}",
        "brand_id": "acme",
        "reasons": (Reason(code="unknown_campaign", detail="No such campaign."),),
        "source": Source(topic="selection.submitted", partition=0, offset=number),
    }
    event = SelectionRefused.model_validate(fields | changes)
    return Received(event, Record("selection.refused", 0, number, b"", b""), "")


def listed(seen: World) -> list[list[str]]:
    return [[one["selection_id"] for one in m["items"]] for m in seen.messages.values()]


def test_refusals_of_one_time_are_one_mail_and_each_stands_in_it_once() -> None:
    story = [refusal(1), refusal(2), refusal(3)]
    for order in permutations(story):
        (items,) = listed(world().sees(*order, *order))
        assert sorted(items) == ["sel-1", "sel-2", "sel-3"]


def test_what_comes_after_the_mail_has_left_is_gathered_for_the_next() -> None:
    seen = world().sees(refusal(1))
    (first,) = seen.messages.values()
    seen.ends(first, status="sent")
    seen.sees(refusal(1), refusal(2), refusal(3))
    assert listed(seen) == [["sel-1"], ["sel-2", "sel-3"]]
    _, second = seen.messages.values()
    assert second["due_at"] == NOON + timedelta(minutes=15)


def test_a_mail_that_may_have_left_already_gets_nothing_added() -> None:
    seen = world().sees(refusal(1))
    (first,) = seen.messages.values()
    seen.facts.add(MESSAGES, [{**first, "attempts": 1}])
    assert listed(seen.sees(refusal(2))) == [["sel-1"], ["sel-2"]]


def test_a_flood_fills_one_mail_and_says_that_there_is_more() -> None:
    seen = world().sees(*(refusal(number) for number in range(MOST_ITEMS + 20)))
    (message,) = seen.messages.values()
    assert len(message["items"]) == MOST_ITEMS
    assert message["more"]


def test_nobody_is_told_where_no_brand_is_known() -> None:
    seen = world().sees(refusal(1, brand_id=None), refusal(2, brand_id="nobody"))
    assert seen.told == []


def test_a_brand_that_does_not_want_it_is_not_told() -> None:
    assert world(choices={("acme", "selection_refused"): False}).sees(refusal(1)).told == []


def test_what_happened_long_ago_is_not_told() -> None:
    assert world(moment=NOON + timedelta(days=30)).sees(refusal(1)).due == []


def test_a_refused_withdrawal_is_no_refused_selection() -> None:
    source = Source(topic="selection.withdrawn", partition=0, offset=1)
    assert listed(world().sees(refusal(1, source=source))) == []
