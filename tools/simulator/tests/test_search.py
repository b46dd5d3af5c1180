"""The search index: what it understands, and what it saw when."""

import pytest
from graphql import GraphQLError
from simulator.clock import now_s, second
from simulator.shopify.search import found


def draft(number: int, *trail: tuple[float, list[str], str]) -> dict:
    at, tags, status = trail[-1]
    return {
        "__typename": "DraftOrder",
        "legacyResourceId": str(number),
        "createdAt": second(trail[0][0]),
        "updatedAt": second(at),
        "tags": tags,
        "status": status,
        "_trail": [[moment, had, was, second(moment)] for moment, had, was in trail],
    }


NOW = now_s()
OLD = draft(1, (NOW - 1000, ["gift-a"], "OPEN"))
CHANGED = draft(2, (NOW - 1000, ["gift-a"], "OPEN"), (NOW - 5, ["gift-b"], "COMPLETED"))
NEW = draft(3, (NOW - 5, ["gift-a"], "OPEN"))


def numbers(query: str | None, lag_s: float = 0.0) -> list[str]:
    return [hit["legacyResourceId"] for hit in found([OLD, CHANGED, NEW], query, lag_s)]


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        (None, ["1", "2", "3"]),
        ("tag:gift-a", ["1", "3"]),
        ("tag:'GIFT-A' status:open", ["1", "3"]),
        ("-tag:gift-a", ["2"]),
        ("status:completed", ["2"]),
        ("tag:gift-a AND status:completed", []),
        ("id:>1", ["2", "3"]),
        ("created_at:<'{then}'", ["1", "2"]),
        ("updated_at:>={then}", ["2", "3"]),
        ("updated_at:>='{then}' tag:gift-a", ["3"]),
    ],
)
def test_terms_narrow_what_is_found(query, hits):
    assert numbers(query and query.format(then=second(NOW - 400))) == hits


def test_a_late_index_knows_neither_the_new_draft_nor_the_new_tag():
    assert numbers("tag:gift-a", lag_s=300) == ["1", "2"]
    assert numbers("tag:gift-b", lag_s=300) == []
    assert numbers(f"updated_at:>={second(NOW - 400)}", lag_s=300) == []


@pytest.mark.parametrize("query", ["tag:a OR tag:b", "(tag:a)", "updated_at:>yesterday"])
def test_what_the_simulator_does_not_speak_is_refused_not_guessed(query):
    with pytest.raises(GraphQLError):
        numbers(query)
