"""What events change, decided without I/O."""

from typing import Any

import pytest
from campaign.board.board import BOARD
from campaign.board.keep_order_on_board import KeepOrderOnBoard
from campaign.campaigns.known_stores import STORES, KeepStore
from campaign.catalog.note_product_change import (
    NoteProductChange,
    Offered,
    reread_identity,
)
from campaign.catalog.rereads import REREADS
from campaign.selections.note_refusal import NoteRefusal
from campaign.selections.participations import PARTICIPATIONS, without_claim
from campaign.selections.selections import SELECTIONS
from giftstream.clock import now
from giftstream.delivery import NOTHING, Facts, Received, Record
from giftstream.events import (
    Event,
    OrderChanged,
    Reason,
    SelectionRefused,
    Source,
    StoreChanged,
    StoreProductChanged,
)
from giftstream.identity import selection_identity

UNREAD: Any = None  # plans do no I/O: they never touch a repository
SELECTION = selection_identity("acme", "sel-1")


def received(event: Event | None, key: str = "k") -> Any:
    return Received(event, Record("t", 0, 0, key.encode(), b""), key)


def order(status: str, sequence: int) -> OrderChanged:
    return OrderChanged(
        event_id="e",
        occurred_at=now(),
        order_id="o",
        selection_id="sel-1",
        brand_id="acme",
        campaign_id="c",
        creator_id="cr",
        sequence=sequence,
        status=status,
        submitted_at=now(),
    )


def facts_of_a_counted_selection(**selection: Any) -> Facts:
    facts = Facts()
    stored = {
        "_id": SELECTION,
        "version": 3,
        "status": "submitted",
        "participation_id": "p",
        "reasons": [],
        **selection,
    }
    facts.add(SELECTIONS, [stored])
    claims = [
        {"selection": SELECTION, "items": 2, "value": 500},
        {"selection": "other", "items": 1, "value": 100},
    ]
    used = {"items": 3, "value": 600, "orders_per_creator": 2}
    facts.add(PARTICIPATIONS, [{"_id": "p", "version": 5, "claims": claims, "used": used}])
    return facts


def test_an_order_is_one_row_of_the_board() -> None:
    change = KeepOrderOnBoard(UNREAD, UNREAD, UNREAD).plan(received(order("placed", 4)), Facts())
    (put,) = change.puts
    assert put.key == (BOARD, "o")
    assert put.number == "sequence"
    assert put.document["status"] == "placed"
    assert "event_id" not in put.document


@pytest.mark.parametrize("status", ["rejected", "cancelled"])
def test_an_order_given_up_counts_no_more(status: str) -> None:
    facts = facts_of_a_counted_selection()
    use_case = KeepOrderOnBoard(UNREAD, UNREAD, UNREAD)
    change = use_case.plan(received(order(status, 4)), facts)
    _, participation = change.puts
    assert participation.document["used"] == {"items": 1, "value": 100, "orders_per_creator": 1}
    facts.fold(participation)
    again = use_case.plan(received(order(status, 4)), facts)
    assert [put.key[0] for put in again.puts] == [BOARD], "given back once"


def test_old_news_of_an_order_give_nothing_back() -> None:
    facts = facts_of_a_counted_selection()
    facts.add(BOARD, [{"_id": "o", "sequence": 9}])
    use_case = KeepOrderOnBoard(UNREAD, UNREAD, UNREAD)
    change = use_case.plan(received(order("rejected", 4)), facts)
    assert [put.key[0] for put in change.puts] == [BOARD]


def refusal(*codes: str, **fields: Any) -> SelectionRefused:
    return SelectionRefused(
        event_id="e",
        occurred_at=now(),
        selection_id="sel-1",
        brand_id="acme",
        reasons=tuple(Reason(code=code, detail="why") for code in codes),
        source=Source(topic="selection.submitted", partition=0, offset=0),
    ).model_copy(update=fields)


def test_a_refusal_is_noted_and_gives_back() -> None:
    facts = facts_of_a_counted_selection()
    change = NoteRefusal(UNREAD, UNREAD).plan(received(refusal("unknown_campaign")), facts)
    selection, participation = change.puts
    assert selection.document["status"] == "refused"
    assert selection.document["reasons"][0]["code"] == "unknown_campaign"
    assert participation.document["used"]["orders_per_creator"] == 1


def test_a_refused_repeat_leaves_the_first_as_it_is() -> None:
    facts = facts_of_a_counted_selection()
    plan = NoteRefusal(UNREAD, UNREAD).plan
    assert plan(received(refusal("selection_conflict")), facts) == NOTHING
    assert plan(received(refusal("bad_signature", selection_id=None)), facts) == NOTHING
    assert plan(received(refusal("bad_signature", brand_id="other")), facts) == NOTHING
    of_withdrawal = Source(topic="selection.withdrawn", partition=0, offset=0)
    assert plan(received(refusal("bad_signature", source=of_withdrawal)), facts) == NOTHING
    refused = facts_of_a_counted_selection(status="refused")
    assert plan(received(refusal("bad_signature")), refused) == NOTHING


def test_a_claim_that_is_not_there_gives_nothing_back() -> None:
    used = {"items": 0, "value": 0, "orders_per_creator": 0}
    assert without_claim({"_id": "p", "claims": [], "used": used}, SELECTION) is None


def test_a_store_is_kept_and_a_tombstone_takes_it_away() -> None:
    store = StoreChanged(
        store_id="s", brand_id="acme", platform="shopify", name="S", status="connected", revision=2
    )
    (kept,) = KeepStore().plan(received(store), Facts()).puts
    assert (kept.key, kept.number) == ((STORES, "s"), "revision")
    (gone,) = KeepStore().plan(received(None, "s"), Facts()).puts
    assert gone.key == (STORES, "s")
    assert gone.how.value == "remove"


def test_many_hints_about_a_product_are_one_reading() -> None:
    use_case = NoteProductChange(UNREAD, UNREAD, reread_after_s=2)
    hint = StoreProductChanged(store_id="s", product_ref="7")
    facts = Offered()
    assert use_case.plan(received(hint), facts) == NOTHING, "nobody offers it"
    facts.brand_of["s", "7"] = "acme"
    (first,) = use_case.plan(received(hint), facts).puts
    assert first.key == (REREADS, reread_identity("s", "7"))
    assert first.document["due_at"] > hint.occurred_at
    facts.fold(first)
    (second,) = use_case.plan(received(hint), facts).puts
    # The write moves the version on, so a reading under way does not take the hint with it.
    assert (second.key, second.how.value) == (first.key, "replace")
    assert second.document["due_at"] == first.document["due_at"]
