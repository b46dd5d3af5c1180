"""Publishing what was just saved: those that come while one batch is under way are the next."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Protocol

import structlog
from giftstream.delivery import Transient
from giftstream.outbox import Held

from order_placement.order_events import ORDERS
from order_placement.placing.gift_order import GiftOrder

log = structlog.get_logger()


class Publish(Protocol):
    """Says what has become of an order."""

    def __call__(self, order: GiftOrder) -> Awaitable[None]:
        """Returns when it is said, or left to the outbox' sweeper."""


class PublishesHeld(Protocol):
    """giftstream.outbox.Outbox."""

    async def publish(self, held: Sequence[Held]) -> None:
        """Publish these documents' entries and pull them. Raises Transient."""


class PublishPlaced:
    """One batch at a time for all lanes: Kafka and MongoDB are asked once for many orders."""

    def __init__(self, outbox: PublishesHeld) -> None:
        self._outbox = outbox
        self._waiting: list[Held] = []
        self._under_way = asyncio.Lock()

    async def __call__(self, order: GiftOrder) -> None:
        """As Publish."""
        held = Held.of(ORDERS, order.document)
        self._waiting.append(held)
        async with self._under_way:
            if not any(one is held for one in self._waiting):
                return
            batch, self._waiting = self._waiting, []
            try:
                await self._outbox.publish(batch)
            except Transient as error:
                # The events rest in their documents; the sweeper sends them once Kafka is back.
                log.warning("publish.waits", count=len(batch), error=type(error).__name__)
