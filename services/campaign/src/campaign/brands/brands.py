"""The collection `brands`: each with its API keys' hashes and its publishers' sealed secrets."""

from collections.abc import Callable

from giftstream.delivery import Transient
from giftstream.events import BrandChanged
from giftstream.mongo import (
    ASCENDING,
    Collection,
    Database,
    Document,
    DuplicateKeyError,
    IndexModel,
    ReturnDocument,
)
from giftstream.outbox import outbox_room, state_entry

from campaign.whose import EVERY_BRAND, Whose

BRANDS = "brands"
CHANGED = BrandChanged.topic

# Each round somebody else's edit stood, so this many people would have to edit at once.
ROUNDS = 16


class Brands:
    """Every query on brands. A brand is its own owner: `whose` is compared with `_id`."""

    def __init__(self, database: Database) -> None:
        self._brands: Collection = database[BRANDS]

    async def ensure_indexes(self) -> None:
        """Keys by prefix and publishers by id, each found in one step and each there once."""
        for field in ("keys.prefix", "publishers.key_id"):
            await self._brands.create_indexes(
                [
                    IndexModel(
                        [(field, ASCENDING)],
                        unique=True,
                        partialFilterExpression={field: {"$exists": True}},
                    )
                ]
            )

    async def insert(self, brand: Document) -> Document:
        """The brand as stored: the first one stands when it is inserted again."""
        stored = {**brand, "version": 1, "outbox": [state_entry(CHANGED)]}
        try:
            await self._brands.insert_one(stored)
        except DuplicateKeyError:
            return await self._brands.find_one({"_id": brand["_id"]}) or stored
        return stored

    async def find(self, whose: Whose, brand_id: str) -> Document | None:
        """One brand, None when there is none or it is another's."""
        if whose not in (EVERY_BRAND, brand_id):
            return None
        return await self._brands.find_one({"_id": {"$eq": brand_id}})

    async def page(self, whose: Whose, after: str | None, limit: int) -> list[Document]:
        """Brands in the order of their ids, beyond `after`."""
        query: Document = {} if whose is EVERY_BRAND else {"_id": {"$eq": whose}}
        if after is not None:
            query = {"$and": [query, {"_id": {"$gt": after}}]}
        return [one async for one in self._brands.find(query).sort("_id", ASCENDING).limit(limit)]

    async def of_key(self, prefix: str) -> Document | None:
        """For checking API keys: the brand that has a key of this prefix, of whichever brand."""
        return await self._brands.find_one({"keys.prefix": {"$eq": prefix}})

    async def of_publisher(self, key_id: str) -> Document | None:
        """For services: the brand that this publisher signs for."""
        return await self._brands.find_one({"publishers.key_id": {"$eq": key_id}})

    async def replace(self, before: Document, fields: Document) -> Document | None:
        """The brand with these fields changed and told; None when somebody wrote meanwhile."""
        query = {"_id": before["_id"], "version": before["version"], **outbox_room()}
        return await self._brands.find_one_and_update(
            query,
            {
                "$set": fields,
                "$inc": {"version": 1},
                "$push": {"outbox": state_entry(CHANGED)},
            },
            return_document=ReturnDocument.AFTER,
        )

    async def edit(
        self, brand_id: str, edited: Callable[[Document], Document | None]
    ) -> Document | None:
        """What `edited` makes of the brand, however many edit it at once; it may run repeatedly.

        `edited` returns the changed fields, None for no change. Returns None without a brand.
        Raises Transient when the brand's events cannot be published.
        """
        for _ in range(ROUNDS):
            before = await self.find(EVERY_BRAND, brand_id)
            if before is None or (fields := edited(before)) is None:
                return before
            if (after := await self.replace(before, fields)) is not None:
                return after
        raise Transient("the brand is being written by others all the time")
