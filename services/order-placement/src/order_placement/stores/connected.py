"""The stores that are connected: settings from our own copy, access from store-sync."""

import httpx
from giftstream.mongo import Collection, Database, Document
from giftstream_platforms.access import AccessCache
from giftstream_platforms.budgets import Budgets
from giftstream_platforms.failures import AccessLost

from order_placement.store import DEFAULT_LABEL, Store, StoreProfile
from order_placement.stores.shopify import ShopifyCalls, ShopifyStore

SHARE = 0.5
"""Placing's part of each store's rate limit; following and reading catalogs have the rest."""


class ConnectedStores:
    """Stores by our own id. One connector each, kept; what opens it is asked for as it expires."""

    def __init__(
        self,
        database: Database,
        access: AccessCache,
        http: httpx.AsyncClient,
        *,
        deadline_s: float,
        share: float = SHARE,
    ) -> None:
        self._profiles: Collection = database["stores"]
        self._access = access
        self._http = http
        self._budgets = Budgets(share)
        self._deadline_s = deadline_s
        self._stores: dict[str, Store] = {}

    async def of(self, store_id: str) -> Store:
        """See Stores."""
        access = await self._access.of(store_id)
        if access.platform != "shopify":
            detail = f"Orders cannot be placed on {access.platform} yet."
            raise AccessLost("integration_missing", detail)
        if store_id not in self._stores:
            calls = ShopifyCalls(
                store_id, self._access, self._http, self._budgets.of(store_id), self._deadline_s
            )
            self._stores[store_id] = ShopifyStore(calls)
        return self._stores[store_id]

    async def profile(self, store_id: str) -> StoreProfile | None:
        """See Stores."""
        found = await self._profiles.find_one({"_id": store_id})
        return None if found is None else profile_of(found)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()


def profile_of(store: Document) -> StoreProfile:
    """From our copy of `store.changed`."""
    shipping = store["shipping"]
    return StoreProfile(
        store_id=store["_id"],
        platform=store["platform"],
        status=store["status"],
        revision=store["revision"],
        currency=store["currency"],
        label=store["label"] or DEFAULT_LABEL,
        requires_phone=store["requires_phone"],
        default_method=shipping["default"],
        methods_by_country=shipping["by_country"],
        blocked_by=tuple((one["code"], one["detail"]) for one in store["reasons"]),
    )
