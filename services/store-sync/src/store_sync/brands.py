"""The brands we know of, from brand.changed: whether they exist, and which API keys open them."""

from giftstream.http.keys import StoredKey
from giftstream.mongo import ASCENDING, Database, Document, IndexModel

COLLECTION = "brands"


class Brands:
    """A read model; nothing but KnowBrand writes it."""

    def __init__(self, database: Database) -> None:
        self._brands = database[COLLECTION]

    async def ensure_indexes(self) -> None:
        """Keys are found by their prefix with each request."""
        await self._brands.create_indexes([IndexModel([("api_keys.prefix", ASCENDING)])])

    async def knows(self, brand_id: str) -> bool:
        """Whether its brand.changed has come."""
        found = await self._brands.find_one({"_id": brand_id}, {"_id": 1})
        return found is not None

    async def find_key(self, prefix: str) -> StoredKey | None:
        """The API key that begins so."""
        brand = await self._brands.find_one({"api_keys.prefix": prefix}, {"api_keys": 1})
        if brand is None:
            return None
        keys: list[Document] = brand["api_keys"]
        key = next(one for one in keys if one["prefix"] == prefix)
        return StoredKey(
            brand["_id"], prefix, key["sha256"], frozenset(key["scopes"]), key.get("expires_at")
        )
