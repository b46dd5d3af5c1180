"""The collection `items`: one document a variant of a store, with the campaigns that offer it."""

from collections.abc import Collection as Some
from collections.abc import Sequence

from giftstream.events import CatalogItemChanged
from giftstream.mongo import (
    ASCENDING,
    DUPLICATE_KEY,
    BulkWriteError,
    Collection,
    Database,
    Document,
    IndexModel,
    WriteOperation,
)

from campaign.whose import Whose, owned_by

ITEMS = "items"
CHANGED = CatalogItemChanged.topic


class Items:
    """Every query on catalog items."""

    def __init__(self, database: Database) -> None:
        self._items: Collection = database[ITEMS]

    async def ensure_indexes(self) -> None:
        """A campaign's catalog, a SKU in it, a store's product."""
        await self._items.create_indexes(
            [
                IndexModel([("brand_id", ASCENDING), ("campaigns", ASCENDING), ("_id", ASCENDING)]),
                IndexModel([("brand_id", ASCENDING), ("campaigns", ASCENDING), ("sku", ASCENDING)]),
                IndexModel([("store_id", ASCENDING), ("product_ref", ASCENDING)]),
            ]
        )

    async def page(
        self, brand_id: str, campaign_id: str, after: str | None, limit: int
    ) -> list[Document]:
        """A campaign's catalog in the order of the items' ids, beyond `after`."""
        query: Document = {"brand_id": brand_id, "campaigns": campaign_id}
        if after is not None:
            query["_id"] = {"$gt": after}
        return [one async for one in self._items.find(query).sort("_id", ASCENDING).limit(limit)]

    async def offers_anything(self, brand_id: str, campaign_id: str) -> bool:
        """Whether the campaign's catalog has any item."""
        query = {"brand_id": brand_id, "campaigns": campaign_id}
        return await self._items.find_one(query, {"_id": 1}) is not None

    async def find(self, whose: Whose, item_id: str) -> Document | None:
        """One item, None when there is none or it is another brand's."""
        return await self._items.find_one({**owned_by(whose), "_id": {"$eq": item_id}})

    async def named(self, item_ids: Some[str]) -> dict[str, Document]:
        """Items by id, for the jobs that keep the catalog."""
        return {o["_id"]: o async for o in self._items.find({"_id": {"$in": list(item_ids)}})}

    async def offered(
        self, brand_id: str, campaign_id: str, item_ids: Some[str], skus: Some[str]
    ) -> list[Document]:
        """Those of a campaign's items that have one of these ids or SKUs."""
        query = {
            "brand_id": brand_id,
            "campaigns": campaign_id,
            "$or": [{"_id": {"$in": list(item_ids)}}, {"sku": {"$in": list(skus)}}],
        }
        return [one async for one in self._items.find(query)]

    async def of_product(self, store_id: str, product_ref: str) -> list[Document]:
        """Every item of one product of a store, for the jobs that keep the catalog."""
        query = {"store_id": {"$eq": store_id}, "product_ref": {"$eq": product_ref}}
        return [one async for one in self._items.find(query)]

    async def brands_of(self, products: Some[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Of these (store, product) those that have items, each with its brand."""
        named = [{"store_id": store_id, "product_ref": ref} for store_id, ref in products]
        found = self._items.find(
            {"$or": named}, {"store_id": True, "product_ref": True, "brand_id": True}
        )
        return {(one["store_id"], one["product_ref"]): one["brand_id"] async for one in found}

    async def write(self, writes: Sequence[WriteOperation]) -> None:
        """Each write counts for itself; what somebody else was faster with is left out."""
        try:
            await self._items.bulk_write(list(writes), ordered=False)
        except BulkWriteError as error:
            failed = error.details.get("writeErrors", [])
            if error.details.get("writeConcernErrors") or any(
                one["code"] != DUPLICATE_KEY for one in failed
            ):
                raise
