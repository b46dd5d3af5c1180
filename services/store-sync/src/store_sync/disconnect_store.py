"""DELETE /stores/{id}: webhooks removed where the store still answers, secrets erased."""

import asyncio
from typing import Any

from giftstream.failures import Transient
from giftstream.logs import log
from giftstream.mongo import Document
from giftstream_platforms.failures import AccessLost, OutcomeUnknown, StoreRefused

from store_sync.connections import Connections
from store_sync.register_webhooks import RegisterWebhooks
from store_sync.store import Stores

UNSUBSCRIBE_DEADLINE_S = 10.0
ROUNDS = 5


class DisconnectStore:
    """The connection stays as `disconnected`, so that orders still name their store."""

    def __init__(
        self, connections: Connections, stores: Stores, register: RegisterWebhooks
    ) -> None:
        self._connections = connections
        self._stores = stores
        self._register = register

    async def __call__(self, connection: Document) -> None:
        """Safe to repeat. Raises Transient when the connection keeps changing under us."""
        if connection["status"] == "disconnected":
            return
        await self._unsubscribe(connection)
        fields: dict[str, Any] = {
            "status": "disconnected",
            "reasons": [],
            "secrets": {},
            "previous": None,
            "hook_hash": None,
            "live": False,
            "check_due_at": None,
            "webhooks_at": None,
        }
        for _ in range(ROUNDS):
            if await self._connections.change(connection, fields) is not None:
                return
            newer = await self._connections.get(connection["_id"])
            assert newer is not None
            connection = newer
        raise Transient("the connection is being changed by others")

    async def _unsubscribe(self, connection: Document) -> None:
        # Best effort: whatever stays is answered with 401, and the store gives up by itself.
        try:
            async with asyncio.timeout(UNSUBSCRIBE_DEADLINE_S):
                store = self._stores.of(connection)
                await store.unsubscribe(self._register.address_of(connection))
        except (Transient, OutcomeUnknown, AccessLost, StoreRefused, TimeoutError) as error:
            log.warning(
                "store.webhooks_left", store_id=connection["_id"], error=type(error).__name__
            )
