"""Reads what is needed to judge orders again: one query per collection for all of them."""

import asyncio
from collections.abc import Iterable, Sequence

from giftstream.events import SelectionLine
from giftstream.identity import item_identity
from giftstream.mongo import Database, Document

from order_placement.intake.allowances import ALLOWANCES, allowance_identity, is_limited
from order_placement.intake.budgets import BUDGETS, has_budget
from order_placement.intake.documents import SELECTIONS, order_ids
from order_placement.intake.facts import IntakeFacts
from order_placement.order_events import ORDERS

NO_PLAN: Document = {"plan": []}


class ReadingOrders:
    """Facts about orders that exist."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(
        self, orders: Sequence[Document], lines: Sequence[SelectionLine] = ()
    ) -> IntakeFacts:
        """Facts for these orders as they stand now, and for `lines` that shall be in them."""
        facts = IntakeFacts()
        selections = {one["selection"] for one in orders}
        await asyncio.gather(
            self._read(facts, SELECTIONS, selections),
            self._read(facts, "brands", {one["brand_id"] for one in orders}),
            self._read(facts, "campaigns", {one["campaign_id"] for one in orders}),
            self._read(facts, "catalog_items", _items(orders, lines)),
        )
        siblings = {i for s in selections for i in order_ids(facts.get(SELECTIONS, s) or NO_PLAN)}
        await asyncio.gather(
            self._read(facts, ORDERS, siblings.union(one["_id"] for one in orders)),
            self._stores(facts, orders, lines),
            self._read(facts, ALLOWANCES, _allowances(orders, facts)),
            self._read(facts, BUDGETS, _budgets(orders, facts)),
        )
        return facts

    async def _stores(
        self, facts: IntakeFacts, orders: Sequence[Document], lines: Sequence[SelectionLine]
    ) -> None:
        campaigns = [facts.get("campaigns", one["campaign_id"]) for one in orders]
        stores = {store for one in campaigns if one for store in one["stores"]}
        stores |= {one["store_id"] for one in orders if one["store_id"]}
        items = [facts.get("catalog_items", one) for one in _items(orders, lines)]
        stores |= {item["store_id"] for item in items if item}
        skus = _skus(orders, lines)
        if skus and stores:
            query = {"store_id": {"$in": sorted(stores)}, "sku": {"$in": sorted(skus)}}
            facts.add_by_sku([one async for one in self._database["catalog_items"].find(query)])
        await self._read(facts, "stores", stores)

    async def _read(self, facts: IntakeFacts, collection: str, ids: Iterable[str]) -> None:
        wanted = list(ids)
        if wanted:
            await facts.read(collection, self._database[collection].find({"_id": {"$in": wanted}}))


def _submitted(orders: Sequence[Document], lines: Sequence[SelectionLine]) -> list[Document]:
    asked = [line["submitted"] for order in orders for line in order["lines"]]
    return asked + [line.model_dump(exclude_none=True) for line in lines]


def _items(orders: Sequence[Document], lines: Sequence[SelectionLine]) -> set[str]:
    found = {line["item_id"] for order in orders for line in order["lines"] if line["item_id"]}
    for line in _submitted(orders, lines):
        if "item_id" in line:
            found.add(line["item_id"])
        elif "variant_ref" in line:
            found.add(item_identity(line["store_id"], line["variant_ref"]))
    return found


def _skus(orders: Sequence[Document], lines: Sequence[SelectionLine]) -> set[str]:
    return {line["sku"] for line in _submitted(orders, lines) if "sku" in line}


def _allowances(orders: Sequence[Document], facts: IntakeFacts) -> set[str]:
    return {
        allowance_identity(one["campaign_id"], one["creator_id"])
        for one in orders
        if is_limited(facts.get("campaigns", one["campaign_id"]))
    }


def _budgets(orders: Sequence[Document], facts: IntakeFacts) -> set[str]:
    ids = {one["campaign_id"] for one in orders}
    return {one for one in ids if has_budget(facts.get("campaigns", one))}
