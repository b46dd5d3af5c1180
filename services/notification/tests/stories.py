"""When and how the stories of these tests are told."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from giftstream.delivery import Received
from giftstream.events import OrderChanged, OrderLine, Shipment, ShipmentLine, StoreOrder

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TEE = OrderLine(variant_ref="812", title="Tee, blue", sku="TEE-M", quantity=2)
IN_STORE = StoreOrder(platform="shopify", id="5", number="#1001")


def parcel(number: str | None = "JJD1", **changes: Any) -> Shipment:
    """A parcel on its way, with everything in it."""
    fields = {
        "shipment_id": "f-1",
        "lines": (ShipmentLine(variant_ref="812", quantity=2),),
        "carrier": "DHL",
        "tracking_number": number,
        "tracking_url": f"https://track.example/{number}" if number else None,
        "status": "in_transit",
    }
    return Shipment.model_validate(fields | changes)


Tell = Callable[..., Received[OrderChanged]]
"""`told(sequence, status, codes=(), **fields)`: the order of this test, as a record brings it."""
