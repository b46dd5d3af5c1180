"""A lost store is told to its brand once each time, with every permission that is missing."""

from datetime import timedelta
from typing import Any

import pytest
from giftstream.delivery import Received, Record
from giftstream.events import Reason, StoreChanged
from notification.mails.kinds import KINDS
from notification.mails.texts import own_wording, write
from notification.mails.words import Names, words_of
from notification.telling.stores import STORES
from notification.telling.tell_of_store import TellOfStore

from .stories import NOON
from .world import DAYS_3, NOBODY, World

SETTLES_S = 10.0
SCOPES = ("write_orders", "read_products")


def world() -> World:
    tell = TellOfStore(NOBODY, NOBODY, NOBODY, tell_within_s=DAYS_3, settles_s=SETTLES_S)
    return World(tell=tell)


def store(revision: int, *scopes: str, code: str = "permission_denied", **changes: Any) -> Any:
    """The store as store-sync tells of it; lost while permissions are missing."""
    reasons = tuple(Reason(code=code, detail=f"Missing permission: {one}.") for one in scopes)
    fields: dict[str, Any] = {
        "occurred_at": NOON,
        "store_id": "s-1",
        "brand_id": "acme",
        "platform": "shopify",
        "name": "Acme Europe",
        "status": "needs_attention" if scopes else "connected",
        "reasons": reasons,
        "revision": revision,
    }
    event = StoreChanged.model_validate(fields | changes)
    return Received(event, Record("store.changed", 0, revision, b"", b""), "")


def test_a_lost_store_is_told_once_after_a_moment() -> None:
    lost = store(2, *SCOPES)
    (message,) = world().sees(store(1), lost, lost, store(3, *SCOPES)).messages.values()
    assert (message["template"], message["audience"]) == ("store_disconnected", "brand")
    assert (message["store_id"], message["order_id"]) == ("s-1", None)
    assert message["due_at"] == NOON + timedelta(seconds=SETTLES_S)


def test_a_permission_found_missing_too_is_no_second_mail() -> None:
    seen = world().sees(store(1), store(2, SCOPES[0]), store(3, *SCOPES))
    assert seen.due == ["store_disconnected"]


def test_the_mail_names_every_missing_permission() -> None:
    lost = world().sees(store(2, *SCOPES)).facts.get(STORES, "s-1")
    assert lost is not None
    words = words_of(KINDS["store_disconnected"], lost, Names("Acme", "Acme Europe"))
    mail = write("store_disconnected", own_wording("store_disconnected"), words, "giftstream")
    for scope in SCOPES:
        assert f"Missing permission: {scope}." in mail.text
        assert f"Missing permission: {scope}." in mail.html


def test_a_store_lost_again_is_told_again() -> None:
    seen = world().sees(store(1), store(2, *SCOPES), store(3), store(4, *SCOPES))
    assert seen.due == ["store_disconnected"] * 2


def test_another_kind_of_trouble_is_told_as_well() -> None:
    seen = world().sees(store(2, "write_orders"), store(3, "x", code="store_disconnected"))
    assert seen.due == ["store_disconnected"] * 2


@pytest.mark.parametrize("status", ["connected", "disconnected", "connecting"])
def test_a_store_that_a_person_disconnected_is_not_told_of(status: str) -> None:
    assert world().sees(store(1), store(2, status=status)).told == []


def test_a_crash_between_the_two_writes_loses_no_message() -> None:
    lost, seen = store(2, *SCOPES), world()
    change = seen.tell.plan(lost, seen.facts)
    seen.facts.fold(next(put for put in change.puts if put.collection == STORES))
    assert seen.sees(lost).due == ["store_disconnected"]


def test_an_older_state_changes_nothing() -> None:
    seen = world().sees(store(3), store(2, *SCOPES))
    assert seen.told == []


def test_a_store_that_is_gone_is_forgotten() -> None:
    gone: Received[StoreChanged] = Received(
        None, Record("store.changed", 0, 9, b"s-1", None), "s-1"
    )
    seen = world().sees(store(1), gone)
    assert seen.facts.get(STORES, "s-1") is None
