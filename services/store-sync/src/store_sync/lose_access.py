"""A call showed that the store does not let us in: say so, stop reading, look again soon."""

from datetime import timedelta

from giftstream.clock import now
from giftstream.logs import log
from giftstream.mongo import Document
from giftstream.outbox import Outbox
from giftstream_platforms.failures import AccessLost

from store_sync.check_store import FIRST_RECHECK_S
from store_sync.connected_stores import ConnectedStores
from store_sync.connections import COLLECTION, Connections
from store_sync.look import lost_reasons
from store_sync.publish_now import publish_now


class LoseAccess:
    """connected → needs_attention, once; the re-check brings it back."""

    def __init__(
        self, connections: Connections, connected: ConnectedStores, outbox: Outbox
    ) -> None:
        self._connections = connections
        self._connected = connected
        self._outbox = outbox

    async def __call__(self, used: Document, lost: AccessLost) -> None:
        """`used`: the connection as it was when the store was called. Harmless when somebody else
        noticed first."""
        store_id = used["_id"]
        self._connected.forget(store_id)
        connection = await self._connections.get(store_id)
        if connection is None or connection["status"] != "connected":
            return
        if connection["secrets"] != used["secrets"]:
            # It was an old token that was refused; a person has given a new one meanwhile.
            return
        fields = {
            "status": "needs_attention",
            "reasons": [one.model_dump() for one in lost_reasons(lost)],
            "check_due_at": now() + timedelta(seconds=FIRST_RECHECK_S),
        }
        if await self._connections.change(connection, fields) is not None:
            log.warning("store.access_lost", store_id=store_id, code=lost.code)
            await publish_now(self._outbox, COLLECTION, [store_id])
