"""The simulated part of the Admin API's schema, built once and bound to what resolves it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphql import GraphQLObjectType, GraphQLSchema, build_schema

from simulator.shopify import basics, drafts, fulfilling, orders, products, subscriptions

VERSIONS = frozenset({"2025-10", "2026-07", "2026-10"})
NOUNS = (basics, products, drafts, orders, fulfilling, subscriptions)


def sdl() -> str:
    """All .graphql files of this folder; one schema serves every version."""
    files = sorted(Path(__file__).parent.glob("*.graphql"))
    return "\n".join(file.read_text() for file in files)


@cache
def bound_schema() -> GraphQLSchema:
    """Raises KeyError when a resolver names a field that the schema does not have."""
    schema = build_schema(sdl())
    for noun in NOUNS:
        for name, resolver in noun.FIELDS.items():
            typename, field = name.split(".")
            owner = schema.type_map[typename]
            assert isinstance(owner, GraphQLObjectType)
            owner.fields[field].resolve = resolver
    return schema
