"""DELETE /stores/{id}/old-webhook-secret: a replaced secret opens nothing from now on."""

from giftstream.failures import Transient
from giftstream.mongo import Document

from store_sync.connections import Connections

ROUNDS = 5


class EndOldSecret:
    """For a secret that leaked: nobody waits until it ends by itself."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def __call__(self, connection: Document) -> None:
        """Safe to repeat; the edge knows within a second or two. Raises Transient when the
        connection keeps changing under us."""
        for _ in range(ROUNDS):
            if connection.get("previous") is None:
                return
            fields = {"previous": None}
            if await self._connections.change(connection, fields, told=False) is not None:
                return
            newer = await self._connections.get(connection["_id"])
            assert newer is not None
            connection = newer
        raise Transient("the connection is being changed by others")
