"""What passes in the simulator passes at Shopify: its schema is a part of the official ones."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    Undefined,
    build_schema,
    is_required_argument,
    is_required_input_field,
    parse,
    print_ast,
    validate,
)
from simulator.shopify.schema import VERSIONS, bound_schema, sdl

SPECS = Path(__file__).parents[3] / "shared" / "specs" / "shopify"
# About discount codes, metafields and orderCreate: giftstream places by drafts alone.
NOT_SIMULATED = {
    "OrderByCustomId",
    "MarkOrder",
    "OrderCreateGift",
    "BasicCode",
    "FreeShip",
    "CodeLookup",
    "CodeOff",
}


@cache
def official(version: str) -> GraphQLSchema:
    file = SPECS / f"admin-graphql-{version}.graphql.gz"
    if not file.exists():
        pytest.skip(f"Shopify's schema {file.name} lies beside the repository and is not here")
    return build_schema(gzip.decompress(file.read_bytes()).decode(), assume_valid=True)


@cache
def operations() -> dict[str, str]:
    file = SPECS / "gift-operations.graphql"
    if not file.exists():
        pytest.skip("gift-operations.graphql lies beside the repository and is not here")
    return {
        node.name.value: print_ast(node)
        for node in parse(file.read_text()).definitions
        if isinstance(node, OperationDefinitionNode) and node.name
    }


def differences(ours: GraphQLSchema, theirs: GraphQLSchema) -> Iterator[str]:
    """Everything in `ours` that is not so in `theirs`, and what `theirs` demands beyond it."""
    for name, mine in ours.type_map.items():
        if name.startswith("__"):
            continue
        yours = theirs.type_map.get(name)
        if yours is None or type(yours) is not type(mine):
            yield f"type {name}"
        else:
            yield from _members(mine, yours)
            yield from _fields(mine, yours)


def _members(mine: GraphQLNamedType, yours: Any) -> Iterator[str]:
    if isinstance(mine, GraphQLEnumType):
        yield from (f"{mine.name}.{value}" for value in set(mine.values) - set(yours.values))
    if isinstance(mine, GraphQLUnionType):
        known = {member.name for member in yours.types}
        yield from (f"{mine.name} | {m.name}" for m in mine.types if m.name not in known)
    if isinstance(mine, GraphQLObjectType | GraphQLInterfaceType):
        known = {interface.name for interface in yours.interfaces}
        yield from (f"{mine.name} & {i.name}" for i in mine.interfaces if i.name not in known)


def _fields(mine: GraphQLNamedType, yours: Any) -> Iterator[str]:
    for name, field in getattr(mine, "fields", {}).items():
        other = yours.fields.get(name)
        where = f"{mine.name}.{name}"
        if other is None:
            yield where
            continue
        if str(field.type) != str(other.type):
            yield f"{where}: {field.type} is {other.type}"
        if isinstance(mine, GraphQLInputObjectType):
            yield from _default(where, field, other)
        else:
            yield from _arguments(where, field.args, other.args)
    if isinstance(mine, GraphQLInputObjectType):
        for name, other in yours.fields.items():
            if is_required_input_field(other) and name not in mine.fields:
                yield f"{mine.name}.{name} is required"


def _arguments(where: str, mine: dict[str, Any], yours: dict[str, Any]) -> Iterator[str]:
    for name, argument in mine.items():
        other = yours.get(name)
        if other is None:
            yield f"{where}({name})"
        elif str(argument.type) != str(other.type):
            yield f"{where}({name}: {argument.type} is {other.type})"
        else:
            yield from _default(f"{where}({name})", argument, other)
    for name, other in yours.items():
        if is_required_argument(other) and name not in mine:
            yield f"{where}({name}) is required"


def _default(where: str, mine: Any, yours: Any) -> Iterator[str]:
    if mine.default_value is not Undefined and mine.default_value != yours.default_value:
        yield f"{where} = {mine.default_value} is {yours.default_value}"


@pytest.mark.parametrize("version", sorted(VERSIONS))
def test_the_simulated_schema_is_a_part_of_the_official_one(version: str) -> None:
    assert list(differences(build_schema(sdl()), official(version))) == []


@pytest.mark.parametrize(
    ("ours", "found"),
    [
        ("type QueryRoot { shop: Shop!, wish: Int } type Shop { name: String! }", "QueryRoot.wish"),
        ("type QueryRoot { shop: Shop } type Shop { name: String! }", "QueryRoot.shop: Shop is"),
        (
            "type QueryRoot { order: Order } type Order { id: ID! }",
            "QueryRoot.order(id) is required",
        ),
        (
            "type QueryRoot { a(i: OrderInput): Int } input OrderInput { note: String }",
            "OrderInput.id is required",
        ),
        ("type QueryRoot { a: ReturnStatus } enum ReturnStatus { LOST }", "ReturnStatus.LOST"),
        (
            "type QueryRoot { order(id: ID): Order } type Order { id: ID! }",
            "QueryRoot.order(id: ID",
        ),
    ],
)
def test_a_schema_that_differs_is_found_out(ours: str, found: str) -> None:
    schema = build_schema(f"schema {{ query: QueryRoot }} {ours}")
    assert any(line.startswith(found) for line in differences(schema, official("2026-07")))


def test_every_operation_that_concerns_gifts_fits_the_simulator() -> None:
    assert set(operations()) >= NOT_SIMULATED
    wrong = {
        name: [error.message for error in validate(bound_schema(), parse(text))]
        for name, text in operations().items()
        if name not in NOT_SIMULATED
    }
    assert {name: errors for name, errors in wrong.items() if errors} == {}
