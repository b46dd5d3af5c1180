"""Looks up what a selection's lines mean in a campaign's catalog."""

from collections.abc import Sequence

from giftstream.events import Recipient, SelectionLine
from giftstream.mongo import Document

from campaign.campaigns.known_stores import KnownStores
from campaign.catalog.items import Items
from campaign.selections.choose_products import Chosen, choose_products, wanted


class LookUpProducts:
    """Reads the items and stores that the choice needs, then chooses."""

    def __init__(self, items: Items, stores: KnownStores) -> None:
        self._items = items
        self._stores = stores

    async def __call__(
        self, campaign: Document, lines: Sequence[SelectionLine], recipient: Recipient | None
    ) -> Chosen:
        """How much is asked for. Refused with one reason for each line that cannot be given."""
        brand_id: str = campaign["brand_id"]
        ids, skus = wanted(lines)
        offered = await self._items.offered(brand_id, campaign["_id"], ids, skus)
        stores = await self._stores.named(brand_id, {one["store_id"] for one in offered})
        address = recipient.address if recipient else None
        country = address.country if address else None
        return choose_products(lines, offered, stores, campaign["stores"], country)
