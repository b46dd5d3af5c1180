"""How use cases let what they have written go out."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

import structlog
from giftstream.delivery import Transient
from giftstream.outbox import Outbox

log = structlog.get_logger()

# Nobody at the other end of a request should wait for Kafka for longer.
DEADLINE_S = 3.0


class Announce(Protocol):
    """The outbox, as far as use cases need it."""

    async def flush_soon(self, collection: str, ids: Sequence[Any], /) -> None:
        """Publish what these documents hold; what cannot go now is left to the sweeper."""


class Announcer:
    """The service's outbox, which keeps what Kafka does not take in time."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def flush_soon(self, collection: str, ids: Sequence[Any], /) -> None:
        """The change is stored with its event already: Kafka being away is no failure of it."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                await self._outbox.flush(collection, ids)
        except (Transient, TimeoutError) as error:
            log.warning("outbox.waits", collection=collection, error=type(error).__name__)
