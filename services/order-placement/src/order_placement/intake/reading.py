"""Reads what a batch of submissions must know: one query per collection."""

import asyncio
from collections.abc import Iterable, Sequence

from giftstream.identity import item_identity
from giftstream.mongo import Database, Document

from order_placement.intake.admission import admission
from order_placement.intake.allowances import ALLOWANCES, allowance_identity, is_limited
from order_placement.intake.budgets import BUDGETS, has_budget
from order_placement.intake.documents import order_ids
from order_placement.intake.facts import IntakeFacts
from order_placement.intake.publishers import Publishers
from order_placement.intake.recent import Recent, RecentSkus
from order_placement.intake.refusals import REFUSALS, refusal_identity
from order_placement.intake.submission import Submission, Unusable
from order_placement.intake.waits import WAITING

Item = Submission | Unusable

COPIES = ("brands", "campaigns", "catalog_items", "stores")
"""What others own and this service keeps a copy of."""


class Reading:
    """Facts for batches of submissions, and of orders that are judged again."""

    def __init__(self, database: Database, publishers: Publishers) -> None:
        self._database = database
        self._publishers = publishers
        self._recent = {name: Recent(database, name) for name in COPIES}
        self._skus = RecentSkus(database)

    async def for_submissions(self, items: Sequence[Item]) -> IntakeFacts:
        """Raises Transient when MongoDB, or campaign with a key that is needed, is away."""
        facts = IntakeFacts()
        usable = [item for item in items if isinstance(item, Submission)]
        await asyncio.gather(
            self._read(facts, "selections", {i.identity for i in usable}),
            self._read(facts, "withdrawals", {i.identity for i in usable}),
            self._read(facts, "brands", {i.event.brand_id for i in usable}),
            self._read(facts, "campaigns", {i.event.campaign_id for i in usable}),
            self._read(facts, "catalog_items", _named_items(usable)),
        )
        await asyncio.gather(
            self._keys(facts, usable),
            self._orders(facts, usable),
            self.stores_and_skus(facts, usable),
            self.budgets(facts, {i.event.campaign_id for i in usable}),
            self.allowances(facts, {(i.event.campaign_id, i.event.creator_id) for i in usable}),
        )
        await self._not_admitted(facts, items)
        return facts

    async def stores_and_skus(self, facts: IntakeFacts, items: Sequence[Submission]) -> None:
        """The stores of all items and campaigns read so far, and the items behind SKUs."""
        skus = {line.sku for i in items for line in i.event.lines if line.sku is not None}
        campaigns = {i.event.campaign_id for i in items}
        await self.read_stores(facts, campaigns, _named_items(items), skus)

    async def read_stores(
        self, facts: IntakeFacts, campaigns: Iterable[str], items: Iterable[str], skus: set[str]
    ) -> None:
        """The same from plain ids."""
        known = [facts.get("campaigns", one) for one in campaigns]
        listed = {store for one in known if one for store in one["stores"]}
        if skus and listed:
            facts.add_by_sku(await self._skus.of(listed, skus))
        named = [facts.get("catalog_items", one) for one in items]
        listed |= {one["store_id"] for one in named if one}
        await self._read(facts, "stores", listed)

    async def allowances(self, facts: IntakeFacts, pairs: Iterable[tuple[str, str]]) -> None:
        """The allowance of each (campaign, creator), where the campaign limits anything."""
        wanted = {
            allowance_identity(campaign_id, creator_id)
            for campaign_id, creator_id in pairs
            if is_limited(facts.get("campaigns", campaign_id))
        }
        await self._read(facts, ALLOWANCES, wanted)

    async def budgets(self, facts: IntakeFacts, campaigns: Iterable[str]) -> None:
        """What was taken of each campaign's budget, where it has one."""
        wanted = [one for one in campaigns if has_budget(facts.get("campaigns", one))]
        await self._read(facts, BUDGETS, wanted)

    async def _keys(self, facts: IntakeFacts, items: Sequence[Submission]) -> None:
        # Those that came before need no proof again.
        new = [i for i in items if i.signature and _is_new(i, facts)]
        brands = {i.event.brand_id: facts.get("brands", i.event.brand_id) for i in new}
        known: dict[str, Document] = {k: v for k, v in brands.items() if v is not None}
        wanted = {i.signature.key_id for i in new if i.signature and i.event.brand_id in known}
        facts.keys = await self._publishers.of(wanted, known) if wanted else {}

    async def _orders(self, facts: IntakeFacts, items: Sequence[Submission]) -> None:
        """Only of selections that came before: which of their orders are there."""
        stored = [one for i in items if (one := facts.get("selections", i.identity))]
        if stored:
            query = {"_id": {"$in": [order_id for one in stored for order_id in order_ids(one)]}}
            fields = {"status": 1, "reasons.code": 1, "lines": 1, "version": 1}
            await facts.read("orders", self._database["orders"].find(query, fields))

    async def _not_admitted(self, facts: IntakeFacts, items: Sequence[Item]) -> None:
        out = [i for i in items if isinstance(i, Unusable) or _stays_out(i, facts)]
        if out:
            await asyncio.gather(
                self._read(facts, REFUSALS, {refusal_identity(i.record) for i in out}),
                self._read(facts, WAITING, {i.record.source for i in out}),
            )

    async def _read(self, facts: IntakeFacts, collection: str, ids: Iterable[str]) -> None:
        wanted = list(ids)
        if collection in self._recent:
            facts.add(collection, await self._recent[collection].named(wanted))
        elif wanted:
            await facts.read(collection, self._database[collection].find({"_id": {"$in": wanted}}))


def _is_new(item: Submission, facts: IntakeFacts) -> bool:
    stored = facts.get("selections", item.identity)
    return stored is None or stored["digest"] != item.digest


def _stays_out(item: Submission, facts: IntakeFacts) -> bool:
    return _is_new(item, facts) and admission(item, facts).outcome != "admitted"


def _named_items(items: Sequence[Submission]) -> set[str]:
    named = set()
    for item in items:
        for line in item.event.lines:
            if line.item_id is not None:
                named.add(line.item_id)
            elif line.store_id is not None and line.variant_ref is not None:
                named.add(item_identity(line.store_id, line.variant_ref))
    return named
