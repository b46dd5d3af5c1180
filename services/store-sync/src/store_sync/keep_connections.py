"""Checks connections when they are due: hourly when all is well, soon when something hints."""

import asyncio

from giftstream.failures import Transient
from giftstream.logs import log
from giftstream.mongo import Document
from giftstream.outbox import Outbox

from store_sync.check_store import CheckStore
from store_sync.connections import COLLECTION, Connections
from store_sync.publish_now import publish_now

AT_ONCE = 20
CLAIM_S = 60.0


class KeepConnections:
    """Deleted webhooks are registered again; a store that lets us in again is connected again."""

    def __init__(self, connections: Connections, check: CheckStore, outbox: Outbox) -> None:
        self._connections = connections
        self._check = check
        self._outbox = outbox

    async def __call__(self) -> None:
        """Those that are due now, a few at once: each has its own deadlines."""
        claimed: list[Document] = []
        while len(claimed) < AT_ONCE:
            connection = await self._connections.claim_check(CLAIM_S)
            if connection is None:
                break
            claimed.append(connection)
        await asyncio.gather(*(self._one(connection) for connection in claimed))

    async def _one(self, connection: Document) -> None:
        try:
            checked = await self._check(connection)
        except Transient as error:
            # It comes due again when the claim ends.
            log.warning("store.check_waits", store_id=connection["_id"], error=type(error).__name__)
            return
        status = checked.connection["status"]
        if status != connection["status"]:
            log.info("store.status_changed", store_id=connection["_id"], status=status)
        if checked.connection["revision"] != connection["revision"]:
            await publish_now(self._outbox, COLLECTION, [connection["_id"]])
