"""An API key opens nothing any more."""

from giftstream.clock import now
from giftstream.mongo import Document

from campaign.announcing import Announce
from campaign.brands.brands import BRANDS, Brands
from campaign.refusals import not_there


class RevokeApiKey:
    """Takes a key off its brand; every service forgets it as soon as brand.changed arrives."""

    def __init__(self, brands: Brands, outbox: Announce) -> None:
        self._brands = brands
        self._outbox = outbox

    async def __call__(self, brand_id: str, prefix: str) -> None:
        """Refused when the brand has no key of this prefix."""

        def without_key(brand: Document) -> Document:
            left = [one for one in brand["keys"] if one["prefix"] != prefix]
            if len(left) == len(brand["keys"]):
                raise not_there("key")
            return {"keys": left, "changed_at": now()}

        if await self._brands.edit(brand_id, without_key) is None:
            raise not_there("brand")
        await self._outbox.flush_soon(BRANDS, [brand_id])
