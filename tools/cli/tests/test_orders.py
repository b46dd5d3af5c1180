"""`giftstream orders`: edits, decisions and bulks, each with its dry run."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from giftstream_cli.orders.placing import OVERRIDABLE

from .running import Run
from .serving import Served, serving

EMAIL = "missing_email"


def order(order_id: str, status: str, *codes: str) -> dict[str, Any]:
    reasons = [{"code": code, "detail": f"Because of {code}."} for code in codes]
    return {"order_id": order_id, "status": status, "reasons": reasons}


def bulk(body: dict[str, Any]) -> tuple[int, Any]:
    """As order-placement: every second one is held."""
    answers = []
    for number, order_id in enumerate(body["order_ids"]):
        held = {"placed": False, "code": "on_hold", "detail": "See the reasons."}
        held |= {"reasons": [{"code": EMAIL, "detail": "Add one."}]}
        good = {"placed": True, "status": "approved"}
        answers.append({"order_id": order_id, **(held if number % 2 else good)})
    return 200, answers


@pytest.fixture
def served() -> Iterator[Served]:
    with serving(
        {
            "GET /orders": lambda _: (
                200,
                {"items": [order("o-1", "pending_review"), order("o-2", "on_hold")], "next": None},
            ),
            "GET /orders/o-1": (200, order("o-1", "pending_review"), {"ETag": '"7"'}),
            "GET /orders/o-5": (200, order("o-5", "placed")),
            "GET /orders/o-6": (200, order("o-6", "delivered")),
            "GET /orders/o-1/preview": (200, PREVIEW),
            "PATCH /orders/o-1": (200, order("o-1", "approved")),
            "POST /orders/place": bulk,
            "POST /orders/o-1/reject": (200, order("o-1", "rejected", "rejected_by_person")),
            "POST /orders/o-5/cancel": (200, order("o-5", "placed", "cancel_requested")),
            "POST /orders/o-6/cancel": (409, {"detail": "The order is delivered in the store."}),
        }
    ) as answers:
        yield answers


PREVIEW = {
    "order": order("o-1", "on_hold", EMAIL),
    "recipient": {"name": "Ana", "email": None, "address": {"city": "Madrid", "country": "ES"}},
    "store": {"name": "Acme ES", "platform": "shopify"},
    "shipping_method": None,
    "stock": [{"quantity": 2, "title": "Tee\x1b[31m", "available": 1, "enough": False}],
    "warnings": [{"code": "out_of_stock", "detail": "Restock it."}],
}


def at(served: Served) -> tuple[str, ...]:
    return ("--url", served.url, "--api-key", "k")


def test_an_edit_sends_what_is_given_and_only_upon_what_was_seen(
    giftstream: Run, served: Served
) -> None:
    asked = ("--email", "ana@example.com", "--phone", "", "--address", "line1=Calle Mayor 2")
    lines = ("--line", "TEE-M=2", "--line", "item:i-1=1", "--line", "variant:s-1/812=3")
    ran = giftstream("orders", "edit", "o-1", *asked, *lines, *at(served), "--json")
    assert (ran.code, ran.document["status"]) == (0, "approved")
    assert served.sent("PATCH /orders/o-1", "If-Match") == ['"7"']
    (sent,) = served.bodies("PATCH /orders/o-1")
    recipient = {"email": "ana@example.com", "phone": None, "address": {"line1": "Calle Mayor 2"}}
    assert sent["recipient"] == recipient
    assert sent["lines"] == [
        {"sku": "TEE-M", "quantity": 2},
        {"item_id": "i-1", "quantity": 1},
        {"store_id": "s-1", "variant_ref": "812", "quantity": 3},
    ]


def test_a_dry_edit_changes_nothing_and_says_when_it_is_too_late(
    giftstream: Run, served: Served
) -> None:
    asked = ("--address", "postcode=28013", "--shipping-method", "", "--dry-run", *at(served))
    ran = giftstream("orders", "edit", "o-1", *asked)
    assert ran.code == 0
    assert "would change: recipient.address.postcode, shipping_method" in ran.out
    late = giftstream("orders", "edit", "o-5", *asked, "--json")
    assert (late.code, late.document["would_change"]) == (1, False)
    assert served.bodies("PATCH /orders/o-1") == []


def test_decisions_name_who_took_them_and_each_order_answers_for_itself(
    giftstream: Run, served: Served
) -> None:
    why = ("--reason", "Wrong size.", "--by", "Eve", *at(served), "--json")
    ran = giftstream("orders", "cancel", "o-5", "o-6", *why)
    assert ran.code == 1
    assert [one["accepted"] for one in ran.document["items"]] == [True, False]
    assert "cancel_requested" in ran.document["items"][0]["detail"]
    assert ran.document["items"][1]["detail"] == "The order is delivered in the store."
    assert served.bodies("POST /orders/o-5/cancel") == [{"reason": "Wrong size.", "by": "Eve"}]
    assert giftstream("orders", "reject", "o-1", *why).code == 0
    assert served.bodies("POST /orders/o-1/reject") == [{"reason": "Wrong size.", "by": "Eve"}]


@pytest.mark.parametrize(
    ("verb", "order_id", "code", "said"),
    [
        ("reject", "o-1", 0, "would be rejected"),
        ("reject", "o-5", 1, "cannot be rejected"),
        ("cancel", "o-1", 0, "would be cancelled"),
        ("cancel", "o-5", 0, "would be cancelled in the store"),
        ("cancel", "o-6", 1, "cannot be cancelled"),
        ("cancel", "o-9", 1, "There is no such thing."),
    ],
)
def test_a_dry_decision_decides_nothing(
    giftstream: Run, served: Served, verb: str, order_id: str, code: int, said: str
) -> None:
    ran = giftstream("orders", verb, order_id, "--dry-run", *at(served))
    assert (ran.code, said in ran.out) == (code, True)
    assert all(asked.startswith("GET ") for asked, _, _ in served.asked)


def test_orders_of_a_file_are_placed_in_requests_of_a_hundred(
    giftstream: Run, served: Served
) -> None:
    ids = [f"o-{number}" for number in range(150)]
    stdin = "\n".join(["# for Eve", "", *ids, "o-0"]).encode()
    ran = giftstream("orders", "place", "--file", "-", *at(served), "--json", stdin=stdin)
    assert ran.code == 1
    assert [one["order_id"] for one in ran.document["items"]] == ids
    assert ran.document["items"][1]["detail"] == f"See the reasons. {EMAIL}: Add one."
    assert [len(one["order_ids"]) for one in served.bodies("POST /orders/place")] == [100, 50]


def test_orders_of_a_filter_are_looked_at_and_placed(giftstream: Run, served: Served) -> None:
    chosen = ("--status", "pending_review", "--campaign", "spring", *at(served), "--json")
    dry = giftstream("orders", "place", *chosen, "--dry-run")
    assert [one["accepted"] for one in dry.document["items"]] == [True, False]
    assert served.bodies("POST /orders/place") == []
    ran = giftstream("orders", "place", *chosen, "--override", "out_of_stock")
    assert [one["accepted"] for one in ran.document["items"]] == [True, False]
    (sent,) = served.bodies("POST /orders/place")
    assert (sent["order_ids"], sent["override"]) == (["o-1", "o-2"], ["out_of_stock"])
    listed = [asked for asked, _, _ in served.asked if asked.startswith("GET /orders?")]
    assert all("campaign_id=spring" in one and "status=pending_review" in one for one in listed)


def test_an_override_may_be_each_code_that_order_placement_knows_and_no_other(
    giftstream: Run, served: Served
) -> None:
    root = next(one for one in Path(__file__).parents if (one / "docs" / "openapi").is_dir())
    document = json.loads((root / "docs" / "openapi" / "order-placement.json").read_bytes())
    taken = document["components"]["schemas"]["Placing"]["properties"]["override"]["items"]["enum"]
    assert set(OVERRIDABLE) == set(taken)
    told = giftstream("orders", "place", "--help").out
    assert all(code in told for code in OVERRIDABLE)
    ran = giftstream("orders", "place", "o-1", "--override", EMAIL, *at(served))
    assert (ran.code, "campaign_budget_exceeded" in ran.err) == (2, True)
    assert served.asked == []


def test_a_preview_shows_what_would_be_sent(giftstream: Run, served: Served) -> None:
    ran = giftstream("orders", "preview", "o-1", *at(served))
    assert ran.code == 0
    for said in ("Ana", "Madrid, ES", "Acme ES", "2 × Tee\\x1b[31m: 1 there, not enough"):
        assert said in ran.out
    assert "out_of_stock: Restock it." in ran.out
    assert "\x1b" not in ran.out
