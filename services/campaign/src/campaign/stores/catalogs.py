"""The way to each store's catalog, by its platform."""

import httpx
from giftstream_platforms.access import AccessCache
from giftstream_platforms.budgets import Budgets
from giftstream_platforms.failures import StoreRefused

from campaign.catalog.store_catalog import StoreCatalog
from campaign.stores.shopify import ShopifyCatalog


class Catalogs:
    """Connectors over one HTTP client, within this service's share of each store's limit."""

    def __init__(
        self, http: httpx.AsyncClient, access: AccessCache, budgets: Budgets, *, deadline_s: float
    ) -> None:
        self._http = http
        self._access = access
        self._budgets = budgets
        self._deadline_s = deadline_s

    async def of(self, store_id: str, platform: str, /) -> StoreCatalog:
        """A store's catalog. Raises StoreRefused for a platform that is not supported yet."""
        if platform != "shopify":
            raise StoreRefused([f"catalogs of {platform} stores cannot be read yet"])
        return ShopifyCatalog(
            self._http,
            self._access,
            self._budgets.of(store_id),
            store_id,
            deadline_s=self._deadline_s,
        )
