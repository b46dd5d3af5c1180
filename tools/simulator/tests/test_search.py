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


def drafts() -> list[dict]:
    """An old one, one that changed a moment ago, and a new one: as of now, whenever this runs."""
    old, moment_ago = now_s() - 1000, now_s() - 5
    return [
        draft(1, (old, ["gift-a"], "OPEN")),
        draft(2, (old, ["gift-a"], "OPEN"), (moment_ago, ["gift-b"], "COMPLETED")),
        draft(3, (moment_ago, ["gift-a"], "OPEN")),
    ]


def numbers(query: str | None, lag_s: float = 0.0) -> list[str]:
    """The hits of a query, in which `{then}` is some minutes ago."""
    asked = query and query.format(then=second(now_s() - 400))
    return [hit["legacyResourceId"] for hit in found(drafts(), asked, lag_s)]


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
    assert numbers(query) == hits


def test_a_late_index_knows_neither_the_new_draft_nor_the_new_tag():
    assert numbers("tag:gift-a", lag_s=300) == ["1", "2"]
    assert numbers("tag:gift-b", lag_s=300) == []
    assert numbers("updated_at:>={then}", lag_s=300) == []


@pytest.mark.parametrize("query", ["tag:a OR tag:b", "(tag:a)", "updated_at:>yesterday"])
def test_what_the_simulator_does_not_speak_is_refused_not_guessed(query):
    with pytest.raises(GraphQLError):
        numbers(query)
