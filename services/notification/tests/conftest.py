"""What notification's unit tests share: orders as they are told of, and how plans see them."""

from typing import Any

import pytest
from giftstream.delivery import Received, Record
from giftstream.events import OrderChanged, Reason
from giftstream.identity import event_identity, new_id

from .stories import NOON, TEE, Tell


@pytest.fixture
def order_id() -> str:
    return new_id()


@pytest.fixture
def told(order_id: str) -> Tell:
    """`told(sequence, status, **fields)`: the order of this test, as a record brings it."""

    def tell(sequence: int, status: str, codes: tuple[str, ...] = (), **fields: Any) -> Any:
        about = tuple(Reason(code=code, detail=f"About {code}.") for code in codes)
        event = OrderChanged(
            event_id=event_identity(order_id, "order.changed", sequence),
            occurred_at=fields.pop("occurred_at", NOON),
            order_id=order_id,
            selection_id="sel-1",
            brand_id="acme",
            campaign_id="spring",
            creator_id="cr-77",
            store_id="shop-1",
            sequence=sequence,
            status=status,
            reasons=fields.pop("reasons", about),
            lines=fields.pop("lines", (TEE,)),
            store_order=fields.pop("store_order", None),
            submitted_at=NOON,
            **fields,
        )
        return Received(event, Record("order.changed", 0, sequence, b"", b""), order_id)

    return tell
