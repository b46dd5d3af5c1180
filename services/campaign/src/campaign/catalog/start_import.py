"""People ask for a store's products to be put into a campaign's catalog."""

from collections.abc import Sequence

from giftstream.clock import now
from giftstream.mongo import Document

from campaign.campaigns.known_stores import KnownStores
from campaign.catalog.imports import Imports
from campaign.refusals import conflict


class StartImport:
    """Queues an import under a given id; the same id again is the same import."""

    def __init__(self, imports: Imports, stores: KnownStores) -> None:
        self._imports = imports
        self._stores = stores

    async def __call__(
        self, import_id: str, campaign: Document, store_id: str, product_refs: Sequence[str] | None
    ) -> Document:
        """The job as queued; no `product_refs` means everything. Refused for a store that is not
        known here or not among the campaign's."""
        store = await self._stores.find(campaign["brand_id"], store_id)
        if store is None:
            raise conflict(
                "unknown_store",
                "The store is not known here. If it was connected just now, try again in a "
                "moment; else connect it first.",
            )
        if store_id not in campaign["stores"]:
            raise conflict(
                "store_not_in_campaign",
                "The campaign does not use this store; add it to the campaign's stores first.",
            )
        moment = now()
        return await self._imports.insert(
            {
                "_id": import_id,
                "version": 1,
                "epoch": 0,
                "brand_id": campaign["brand_id"],
                "campaign_id": campaign["_id"],
                "store_id": store_id,
                "platform": store["platform"],
                "product_refs": None if product_refs is None else list(product_refs),
                "status": "queued",
                "position": 0,
                "after": None,
                "total": None,
                "done": 0,
                "imported": 0,
                "rejected": [],
                "rejected_count": 0,
                "error": None,
                "attempts": 0,
                "failing_since": None,
                "created_at": moment,
                "finished_at": None,
                "due_at": moment,
            }
        )
