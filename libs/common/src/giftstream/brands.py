"""Brands as campaign told of them: a service's own copy, for API keys and publishers."""

from collections.abc import Sequence

from giftstream.delivery import Change, Facts, Received, keep_newest, remove
from giftstream.events import BrandChanged
from giftstream.http.keys import StoredKey
from giftstream.mongo import Collection, Database, Document, IndexModel

COLLECTION = "brands"


class KnownBrands:
    """The collection `brands`: `_id` is the brand's id, the rest as in `brand.changed`."""

    def __init__(self, database: Database) -> None:
        self._brands: Collection = database[COLLECTION]

    async def ensure_indexes(self) -> None:
        """Create what is missing."""
        await self._brands.create_indexes([IndexModel("api_keys.prefix")])

    async def get(self, brand_id: str) -> Document | None:
        """The brand; None when campaign has not told of it."""
        return await self._brands.find_one({"_id": brand_id})

    async def named(self, brand_ids: Sequence[str]) -> list[Document]:
        """Those of them that are known, in one query."""
        return await self._brands.find({"_id": {"$in": list(brand_ids)}}).to_list(len(brand_ids))

    async def ids(self) -> list[str]:
        """All brands' ids."""
        return [one["_id"] async for one in self._brands.find({}, {"_id": 1})]

    async def find_key(self, prefix: str) -> StoredKey | None:
        """The API key with this prefix. Revoked keys are gone as soon as the event is here."""
        brand = await self._brands.find_one({"api_keys.prefix": prefix}, {"api_keys.$": 1})
        if brand is None:
            return None
        key = brand["api_keys"][0]
        return StoredKey(
            brand["_id"], prefix, key["sha256"], frozenset(key["scopes"]), key["expires_at"]
        )


class KeepBrands:
    """Keeps the newest revision of each brand; a tombstone removes it and all its keys."""

    async def facts(self, items: Sequence[Received[BrandChanged]]) -> Facts:  # noqa: ARG002
        """Nothing needs to be known: the newer revision wins in the write itself."""
        return Facts()

    def plan(self, item: Received[BrandChanged], facts: Facts) -> Change:  # noqa: ARG002
        """No I/O: what the brand's document becomes."""
        brand = item.event
        if brand is None:
            return Change.of(remove(COLLECTION, item.key))
        return Change.of(keep_newest(COLLECTION, as_document(brand)))


def as_document(brand: BrandChanged) -> Document:
    """The brand as it is kept."""
    fields = brand.model_dump(exclude={"event_id", "occurred_at", "brand_id"})
    fields["publishers"] = list(fields["publishers"])
    fields["api_keys"] = [{**key, "scopes": list(key["scopes"])} for key in fields["api_keys"]]
    return {"_id": brand.brand_id, **fields}
