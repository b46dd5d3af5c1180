"""Opens a store from its connection: the right connector with the right secrets."""

import httpx
from giftstream.mongo import Document
from giftstream_platforms.access import StoreAccess
from giftstream_platforms.budgets import Budgets
from giftstream_platforms.failures import AccessLost
from giftstream_platforms.shopify import ShopifyClient
from pydantic import SecretStr

from store_sync.secrets_of import Secrets
from store_sync.store import Store
from store_sync.stores.shopify import ShopifyStore


class OpenedStores:
    """One HTTP client for all stores, one budget for each."""

    def __init__(
        self, http: httpx.AsyncClient, budgets: Budgets, secrets: Secrets, webhook_url: str
    ) -> None:
        self._http = http
        self._budgets = budgets
        self._secrets = secrets
        self._ours = webhook_url.rstrip("/") + "/webhooks/"

    def of(self, connection: Document) -> Store:
        """With its stored token. Raises AccessLost when that was erased."""
        token = self._secrets.open(connection, "access_token")
        if token is None:
            raise AccessLost("integration_missing", "The store was disconnected.")
        return self.under(connection, token)

    def under(self, connection: Document, access_token: SecretStr) -> Store:
        """With this token."""
        access = StoreAccess(
            platform=connection["platform"],
            base_url=connection["base_url"],
            api_version=connection["api_version"],
            access_token=access_token,
        )
        client = ShopifyClient(self._http, access, self._budgets.of(connection["_id"]))
        return ShopifyStore(client, self._ours)
