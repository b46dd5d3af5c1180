"""People edit a brand's name, contacts and how it takes unsigned selections."""

from collections.abc import Mapping
from typing import Any

from giftstream.clock import now
from giftstream.mongo import Document

from campaign.announcing import Announce
from campaign.brands.brands import BRANDS, Brands
from campaign.refusals import stale


class EditBrand:
    """Changes the given fields of the brand as it was read."""

    def __init__(self, brands: Brands, outbox: Announce) -> None:
        self._brands = brands
        self._outbox = outbox

    async def __call__(self, brand: Document, fields: Mapping[str, Any]) -> Document:
        """The brand as edited. Refused as stale when somebody else wrote since it was read."""
        if all(brand[name] == value for name, value in fields.items()):
            return brand
        edited = await self._brands.replace(brand, {**fields, "changed_at": now()})
        if edited is None:
            raise stale()
        await self._outbox.flush_soon(BRANDS, [edited["_id"]])
        return edited
