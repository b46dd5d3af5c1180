"""A platform loses the right to sign for a brand."""

from giftstream.clock import now
from giftstream.mongo import Document

from campaign.announcing import Announce
from campaign.brands.brands import BRANDS, Brands
from campaign.refusals import conflict, not_there


class RemovePublisher:
    """Takes a publisher off a brand; its signatures count no longer."""

    def __init__(self, brands: Brands, outbox: Announce) -> None:
        self._brands = brands
        self._outbox = outbox

    async def __call__(self, brand_id: str, key_id: str) -> None:
        """Refused for the brand's own publisher, without which campaign could sign nothing."""

        def without_publisher(brand: Document) -> Document:
            named = [one for one in brand["publishers"] if one["key_id"] == key_id]
            if not named:
                raise not_there("publisher")
            if named[0]["own"]:
                raise conflict("own_publisher", "campaign signs this brand's selections with it.")
            left = [one for one in brand["publishers"] if one["key_id"] != key_id]
            return {"publishers": left, "changed_at": now()}

        if await self._brands.edit(brand_id, without_publisher) is None:
            raise not_there("brand")
        await self._outbox.flush_soon(BRANDS, [brand_id])
