"""API keys are checked against the brands themselves: a revoked key ends here at once."""

from giftstream.http.keys import StoredKey

from campaign.brands.brands import Brands


class FindApiKey:
    """The key of a prefix, from its brand."""

    def __init__(self, brands: Brands) -> None:
        self._brands = brands

    async def __call__(self, prefix: str) -> StoredKey | None:
        """None when no brand has such a key."""
        brand = await self._brands.of_key(prefix)
        if brand is None:
            return None
        key = next(one for one in brand["keys"] if one["prefix"] == prefix)
        return StoredKey(
            brand_id=brand["_id"],
            prefix=prefix,
            sha256=key["sha256"],
            scopes=frozenset(key["scopes"]),
            expires_at=key["expires_at"],
        )
