"""One order in the hands of one worker."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import structlog
from giftstream.delivery import Transient
from giftstream_platforms.failures import AccessLost, OutcomeUnknown, StoreRefused

from order_placement.placing.gift_order import GiftOrder, Phase
from order_placement.placing.lease import Lease
from order_placement.store import HandleState, Store, StoreProfile

log = structlog.get_logger()

Crash = Callable[[str], None]
"""Passes a named crash point; see giftstream.crashpoints."""


class Ending(Enum):
    """How the work on one order ended, as far as its lane is concerned."""

    DONE = "done"
    """The store answered; whatever became of the order is in its document."""
    LOST = "lost"
    """Somebody else has the order, or it is not due any more."""
    BUSY = "busy"
    UNREACHABLE = "unreachable"


@dataclass(slots=True)
class Work:
    """The order as it was last read or written, and what the store last said of its handle."""

    order: GiftOrder
    found: Phase | None
    """The phase in which the last worker left it."""
    store: Store
    profile: StoreProfile
    lease: Lease
    seen: HandleState | None = None
    permitted: bool = False
    """Whether this worker itself has just got the permission to commit."""
    told: bool = False
    """Whether what was saved is published; else it is when the work ends."""

    def now_is(self, order: GiftOrder | None) -> bool:
        """Take over what a compare-and-set answered; False when it did not hold."""
        if order is not None:
            self.order = order
        return order is not None

    @property
    def handle(self) -> str:
        """The stored handle."""
        assert self.order.handle is not None
        return self.order.handle


async def remove(store: Store, handle: str, order_id: str) -> None:
    """Discard a handle that is recorded as discarded; what fails here is left to the sweep."""
    try:
        await store.discard(handle)
    except (Transient, OutcomeUnknown, StoreRefused, AccessLost) as error:
        log.warning("handle.left", order_id=order_id, error=type(error).__name__)
