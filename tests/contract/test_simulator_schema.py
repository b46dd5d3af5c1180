"""What passes in the simulator passes at Shopify: its schema is a part of the official ones."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx
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
    build_client_schema,
    build_schema,
    is_required_argument,
    is_required_input_field,
    parse,
    print_ast,
    validate,
)
from simulator.app import create_app
from simulator.settings import Settings
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
    # The printed schema says the same and takes ten times as long to parse.
    file = SPECS / f"admin-graphql-{version}.introspection.json.gz"
    if not file.exists():
        pytest.skip(f"Shopify's schema {file.name} lies beside the repository and is not here")
    answer = json.loads(gzip.decompress(file.read_bytes()))
    return build_client_schema(answer.get("data", answer), assume_valid=True)


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
    for name, member in getattr(mine, "fields", {}).items():
        other = yours.fields.get(name)
        where = f"{mine.name}.{name}"
        if other is None:
            yield where
            continue
        if str(member.type) != str(other.type):
            yield f"{where}: {member.type} is {other.type}"
        if isinstance(mine, GraphQLInputObjectType):
            yield from _default(where, member, other)
        else:
            yield from _arguments(where, member.args, other.args)
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


@dataclass
class Contract:
    """One simulated shop asked in the words of gift-operations.graphql."""

    client: httpx.AsyncClient
    made: dict[str, Any]
    version: str
    ran: set[str] = field(default_factory=set)

    async def run(self, name: str, **variables: Any) -> dict[str, Any]:
        """The data; no errors, and a cost that Shopify could have asked."""
        self.ran.add(name)
        answer = await self.client.post(
            f"{self.made['base_url']}/admin/api/{self.version}/graphql.json",
            headers={"X-Shopify-Access-Token": self.made["credentials"]["access_token"]},
            json={"query": operations()[name], "variables": variables},
        )
        body: dict[str, Any] = answer.json()
        assert "errors" not in body, (name, body)
        cost = body["extensions"]["cost"]
        assert 0 < cost["actualQueryCost"] <= cost["requestedQueryCost"] <= 1000
        data: dict[str, Any] = body["data"]
        return data

    async def act(self, order: str, action: str) -> None:
        """The merchant does something with the order."""
        path = f"/_merchant/{self.made['store']}/orders/{order.rsplit('/', 1)[1]}/{action}"
        (await self.client.post(path)).raise_for_status()


@pytest.fixture(params=sorted(VERSIONS))
async def contract(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Contract]:
    settings = Settings(port=1, state=tmp_path, draft_ready_ms=0)
    transport = httpx.ASGITransport(create_app(settings))
    async with httpx.AsyncClient(transport=transport, base_url=settings.url) as client:
        asked = {"platform": "shopify", "name": "contract", "products": 3}
        made = (await client.post("/_stores", json=asked)).json()
        yield Contract(client, made, request.param)


async def test_every_operation_that_concerns_gifts_runs(contract: Contract) -> None:
    await _looks_around(contract)
    order = await _places(contract)
    await _follows(contract, order)
    assert contract.ran == set(operations()) - NOT_SIMULATED


async def _looks_around(contract: Contract) -> None:
    run = contract.run
    assert (await run("Preflight"))["shop"]["myshopifyDomain"] == contract.made["shop"]
    variants = (await run("Products"))["productVariants"]["nodes"]
    assert len(variants) == 9
    assert len((await run("ProductsPage"))["products"]["nodes"]) == 3
    stock = (await run("Stock", id=variants[0]["inventoryItem"]["id"]))["inventoryItem"]
    levels = stock["inventoryLevels"]["nodes"][0]["quantities"]
    assert [level["quantity"] for level in levels] == [1000, 1000, 0]
    address = {"countryCode": "ES", "city": "Madrid"}
    wanted = {"shippingAddress": address, "lineItems": _lines(contract)}
    offered = (await run("Rates", input=wanted))["draftOrderAvailableDeliveryOptions"]
    assert offered["availableShippingRates"]
    hook = (await run("Hook", uri="https://example.com/hook"))["webhookSubscriptionCreate"]
    assert hook["webhookSubscription"]["apiVersion"]["handle"] == contract.version


async def _places(contract: Contract) -> str:
    run = contract.run
    gift = {"lineItems": _lines(contract), "tags": ["gift-1"]}
    draft = (await run("DraftCreate", input=gift))["draftOrderCreate"]["draftOrder"]["id"]
    assert (await run("DraftsByTag", q="tag:gift-1"))["draftOrders"]["nodes"][0]["id"] == draft
    spare = (await run("DraftCreate", input=gift))["draftOrderCreate"]["draftOrder"]["id"]
    assert (await run("DraftDelete", id=spare))["draftOrderDelete"]["deletedId"] == spare
    done = (await run("DraftComplete", id=draft))["draftOrderComplete"]["draftOrder"]
    order = str(done["order"]["id"])
    assert (await run("DraftGet", id=draft))["draftOrder"]["order"]["id"] == order
    return order


async def _follows(contract: Contract, order: str) -> None:
    run = contract.run
    assert (await run("OrdersByTag", q="tag:gift-1"))["orders"]["nodes"][0]["id"] == order
    changed = await run("ChangedOrders", q="updated_at:>='2026-01-01T00:00:00Z'")
    assert [node["id"] for node in changed["orders"]["nodes"]] == [order]
    await contract.act(order, "fulfill")
    state = (await run("OrderState", id=order))["order"]
    assert state["fulfillments"][0]["events"]["nodes"][0]["status"] == "IN_TRANSIT"
    await contract.act(order, "unfulfill")
    cancelled = (await run("Cancel", orderId=order))["orderCancel"]
    assert cancelled["orderCancelUserErrors"] == []


def _lines(contract: Contract) -> list[dict[str, Any]]:
    ref = contract.made["products"][0]["variants"][0]["variant_ref"]
    return [{"variantId": f"gid://shopify/ProductVariant/{ref}", "quantity": 1}]
