"""Every operation that giftstream sends to Shopify holds for each official schema."""

from __future__ import annotations

import gzip
import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from giftstream.events import Address, Recipient
from giftstream_platforms.shopify import Operation
from graphql import (
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    coerce_input_value,
    parse,
    validate,
)
from order_placement.store import Wanted, WantedLine
from order_placement.stores.shopify.drafts import draft_input, rates_input

SPECS = Path(__file__).parents[3] / "shared" / "specs" / "shopify"
VERSIONS = ("2025-10", "2026-07", "2026-10")
PACKAGES = (
    "giftstream_platforms",
    "campaign.stores",
    "order_placement.stores",
    "store_sync.stores",
)
ORDER = "5f0c8f9e-8f6d-5d3e-9d11-2f3a4b5c6d7e"


@cache
def official(version: str) -> GraphQLSchema:
    file = SPECS / f"admin-graphql-{version}.graphql.gz"
    if not file.exists():
        pytest.skip(f"Shopify's schema {file.name} lies beside the repository and is not here")
    return build_schema(gzip.decompress(file.read_bytes()).decode(), assume_valid=True)


def modules(package: str) -> Iterator[object]:
    try:
        top = importlib.import_module(package)
    except ModuleNotFoundError as missing:
        if missing.name != package:
            raise
        return
    yield top
    for found in pkgutil.walk_packages(getattr(top, "__path__", ()), f"{package}."):
        yield importlib.import_module(found.name)


def sent() -> dict[str, Operation]:
    """Each operation that is a module's constant, by where it stands."""
    return {
        f"{getattr(module, '__name__', '')}.{name}": value
        for package in PACKAGES
        for module in modules(package)
        for name, value in vars(module).items()
        if isinstance(value, Operation)
    }


OPERATIONS = sent()


def test_the_operations_of_placing_are_among_those_that_are_checked() -> None:
    kinds = {where.rpartition(".")[2] for where in OPERATIONS if "order_placement" in where}
    assert kinds >= {"STOCK", "RATES", "CREATE", "READ", "COMPLETE", "DELETE", "FIND", "CANCEL"}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("where", sorted(OPERATIONS))
def test_an_operation_holds_for_the_official_schema(where: str, version: str) -> None:
    errors = validate(official(version), parse(OPERATIONS[where].text))
    assert [error.message for error in errors] == []


@pytest.mark.parametrize("where", sorted(OPERATIONS))
def test_an_operation_is_one_and_says_whether_it_changes_anything(where: str) -> None:
    operation = OPERATIONS[where]
    (found,) = [
        one for one in parse(operation.text).definitions if isinstance(one, OperationDefinitionNode)
    ]
    assert found.name is not None
    assert found.name.value == operation.name
    assert (found.operation is OperationType.MUTATION) == operation.mutates
    assert operation.cost >= 1


def gift(region: str | None = "Madrid", method: str | None = "Standard") -> Wanted:
    address = Address(
        company="Studio", line1="Calle Mayor 1", line2="2B", city="Madrid", region=region,
        postcode="28013", country="ES",
    )  # fmt: skip
    recipient = Recipient(
        name="Ana García", email="ana@example.com", phone="+34612345678", address=address
    )
    lines = (WantedLine("812", 2), WantedLine("813", 1))
    return Wanted(ORDER, lines, recipient, method, "EUR", note="Creator gift")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("wanted", [gift(), gift("M"), gift("Elsewhere"), gift(None, None)])
def test_what_is_asked_of_a_draft_is_of_the_official_types(wanted: Wanted, version: str) -> None:
    schema = official(version)
    asked = {
        "DraftOrderInput": draft_input(wanted),
        "DraftOrderAvailableDeliveryOptionsInput": rates_input(wanted),
    }
    for name, value in asked.items():
        coerce_input_value(value, schema.type_map[name])  # type: ignore[arg-type]  # an input type
