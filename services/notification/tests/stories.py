"""When and how the stories of these tests are told."""

from collections.abc import Callable
from datetime import UTC, datetime

from giftstream.delivery import Received
from giftstream.events import OrderChanged

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

Tell = Callable[..., Received[OrderChanged]]
"""`told(sequence, status, codes=(), **fields)`: the order of this test, as a record brings it."""
