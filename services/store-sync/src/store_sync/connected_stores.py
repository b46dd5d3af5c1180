"""Which stores are connected now: asked for at every tick, read about once a second."""

import time

from giftstream.mongo import Document

from store_sync.connections import Connections

FRESH_S = 1.0


class ConnectedStores:
    """The connections that are followed and polled, at most a second old."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._known: dict[str, Document] = {}
        self._read_at = float("-inf")

    async def now(self) -> dict[str, Document]:
        """Connection documents by store id."""
        moment = time.monotonic()
        if moment - self._read_at > FRESH_S:
            self._known = {one["_id"]: one for one in await self._connections.connected()}
            self._read_at = moment
        return self._known

    def forget(self, store_id: str) -> None:
        """It does not let us in: no further read before it is known to be connected again."""
        self._known.pop(store_id, None)
