"""Gift orders: every query of intake and API on the collection `orders`.

The compare-and-sets of placing are in `placing`.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from collections.abc import Collection as Several
from dataclasses import dataclass
from typing import Any, get_args

from giftstream.clock import now
from giftstream.events import OrderStatus
from giftstream.mongo import ASCENDING, DESCENDING, Collection, Database, Document, IndexModel
from giftstream.outbox import Entry, state_entry

from order_placement.deciding.edits import LIVE
from order_placement.order_events import CHANGED, ORDERS

PAGE = 100
MOST_SHORT = 10_000
SHORT: Document = {"status": "on_hold", "reasons.code": "out_of_stock"}
GIVES_BACK = "gives_back"
"""Set with an end that placing or the store brings about, until the creator's allowance is given
back."""
NOT_ACCEPTED = frozenset({"pending_review", "on_hold", "rejected", "cancelled"})
"""Nobody has said yes to these yet, or no more."""

# A held order that kept its handle may be in the store yet: only a person places it again.
UNTOUCHED: Document = {"placing.phase": {"$in": [None, "held"]}, "placing.handle": None}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders a page shall have; `after` is the (created_at, _id) that it begins after."""

    brand_id: str | None = None
    campaign_id: str | None = None
    status: str | None = None
    after: tuple[Any, ...] | None = None


def changing(fields: Mapping[str, Any], *entries: Entry) -> Document:
    """The update that sets these fields, counts `sequence` and `version` up and tells of it.

    Every change of an order that others shall see is one of these, in one write with its events.
    """
    return {
        "$set": {**fields, "changed_at": now()},
        "$inc": {"sequence": 1, "version": 1},
        "$push": {"outbox": {"$each": [state_entry(CHANGED), *entries]}},
    }


class Orders:
    """The collection `orders` as intake, observations and people use it."""

    def __init__(self, database: Database) -> None:
        self._orders: Collection = database[ORDERS]

    async def ensure_indexes(self) -> None:
        """One index for each hot query; none of them scans."""
        is_due = {"due_at": {"$type": "date"}}
        # Orders of a selection are found by their ids, which derive from its plan: an index on
        # random ids would cost intake more than all the others.
        newest = [("created_at", DESCENDING), ("_id", ASCENDING)]
        await self._orders.create_indexes(
            [
                IndexModel(
                    [("store_id", ASCENDING), ("due_at", ASCENDING)], partialFilterExpression=is_due
                ),
                IndexModel(newest),  # for those who see every brand
                IndexModel([("brand_id", ASCENDING), *newest]),
                IndexModel([("campaign_id", ASCENDING), ("status", ASCENDING), *newest]),
                IndexModel(
                    [("store_order.id", ASCENDING), ("store_id", ASCENDING)],
                    partialFilterExpression={"store_order.id": {"$exists": True}},
                ),
                IndexModel(
                    [("store_id", ASCENDING), ("lines.product_ref", ASCENDING)],
                    name="short_of_stock",
                    partialFilterExpression=SHORT,
                ),
                IndexModel([(GIVES_BACK, ASCENDING)], partialFilterExpression={GIVES_BACK: True}),
            ]
        )

    async def find(self, order_id: str, brand_id: str | None) -> Document | None:
        """One order, None when there is none or it is another brand's. No brand: every brand."""
        return await self._orders.find_one({"_id": {"$eq": order_id}, **_whose(brand_id)})

    async def named(self, ids: Sequence[str]) -> list[Document]:
        """Those of them that there are, in the order of the ids."""
        found = {one["_id"]: one async for one in self._orders.find({"_id": {"$in": list(ids)}})}
        return [found[one] for one in ids if one in found]

    async def page(self, wanted: Wanted, ids: Sequence[str] | None, limit: int) -> list[Document]:
        """Up to `limit` orders, the newest first (ties by id); `ids`: of these alone."""
        query: Document = {**_whose(wanted.brand_id)}
        if wanted.campaign_id is not None:
            query["campaign_id"] = {"$eq": wanted.campaign_id}
        if wanted.status is not None:
            query["status"] = {"$eq": wanted.status}
        if ids is not None:
            query["_id"] = {"$in": list(ids)}
        if wanted.after is not None:
            created_at, order_id = wanted.after
            query["$or"] = [
                {"created_at": {"$lt": created_at}},
                {"created_at": created_at, "_id": {"$gt": order_id}},
            ]
        cursor = self._orders.find(query).sort([("created_at", DESCENDING), ("_id", ASCENDING)])
        return [one async for one in cursor.limit(limit)]

    async def waiting_of(self, campaign_id: str) -> AsyncIterator[list[Document]]:
        """Orders of a campaign that nobody has begun to place, by pages."""
        for status in sorted(LIVE):
            query = {"campaign_id": campaign_id, "status": status, **UNTOUCHED}
            async for page in self._pages(query):
                yield page

    async def _pages(self, query: Document) -> AsyncIterator[list[Document]]:
        page: list[Document] = []
        async for one in self._orders.find(query).sort("created_at", ASCENDING):
            page.append(one)
            if len(page) == PAGE:
                yield page
                page = []
        if page:
            yield page

    async def accepted_of(self, campaign_id: str) -> AsyncIterator[list[Document]]:
        """Orders of a campaign that are on their way or arrived, by pages."""
        for status in sorted(set(get_args(OrderStatus)) - NOT_ACCEPTED):
            query = {"campaign_id": campaign_id, "status": status}
            async for page in self._pages(query):
                yield page

    async def still_waiting(self, ids: Sequence[str]) -> list[Document]:
        """Those of them that nobody has begun to place, as they are now."""
        query = {"_id": {"$in": list(ids)}, "status": {"$in": sorted(LIVE)}, **UNTOUCHED}
        return [one async for one in self._orders.find(query)]

    async def short_of_any(
        self, products: Several[tuple[str, str]] | None = None
    ) -> set[tuple[str, str]]:
        """(store, product) of orders that are held for stock; given products narrow it."""
        query: Document = {**SHORT}
        if products is not None:
            query["store_id"] = {"$in": sorted({store_id for store_id, _ in products})}
            query["lines.product_ref"] = {"$in": sorted({ref for _, ref in products})}
        fields = {"store_id": 1, "lines.product_ref": 1}
        found = self._orders.find(query, fields).hint("short_of_stock").limit(MOST_SHORT)
        return {
            (one["store_id"], line["product_ref"])
            async for one in found
            for line in one["lines"]
            if one["store_id"] and line["product_ref"]
        }

    async def short_of(self, store_id: str, product_ref: str) -> list[Document]:
        """Orders that are held for stock and have this product, oldest first; a page of them."""
        query = {**SHORT, **UNTOUCHED, "store_id": store_id, "lines.product_ref": product_ref}
        cursor = self._orders.find(query).sort("created_at", ASCENDING).limit(PAGE)
        return [one async for one in cursor]

    async def giving_back(self) -> list[Document]:
        """Some whose end has not given the creator's allowance back yet."""
        return [one async for one in self._orders.find({GIVES_BACK: True}).limit(PAGE)]


def _whose(brand_id: str | None) -> Document:
    return {} if brand_id is None else {"brand_id": {"$eq": brand_id}}
