"""A campaign offers an item no more; selections and orders of it stay."""

from collections.abc import Mapping

from giftstream.mongo import Document

from campaign.catalog.items import Items
from campaign.catalog.keep_items import KeepItems, Wanted
from campaign.refusals import not_there


class WithdrawItem:
    """Takes an item out of a campaign's catalog until it is imported again."""

    def __init__(self, items: Items, keep_items: KeepItems) -> None:
        self._items = items
        self._keep_items = keep_items

    async def __call__(self, campaign: Document, item_id: str) -> None:
        """Refused when the campaign does not offer the item."""
        item = await self._items.find(campaign["brand_id"], item_id)
        if item is None or campaign["_id"] not in item["campaigns"]:
            raise not_there("item")

        def want(stored: Mapping[str, Document]) -> Wanted:
            return {
                one_id: {"campaigns": [c for c in one["campaigns"] if c != campaign["_id"]]}
                for one_id, one in stored.items()
            }

        await self._keep_items([item_id], want)
