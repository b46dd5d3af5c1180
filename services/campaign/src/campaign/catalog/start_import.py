"""People ask for a store's products to be put into a campaign's catalog."""

from collections.abc import Sequence

from giftstream.mongo import Document

from campaign.campaigns.known_stores import KnownStores
from campaign.catalog.imports import Imports, new_job
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
        return await self._imports.insert(new_job(import_id, campaign, store, product_refs))
