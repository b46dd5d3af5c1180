"""The collection `orders`: of each order what messages need, nobody's contacts."""

from collections.abc import Sequence

from giftstream.delivery import Facts
from giftstream.events import OrderChanged, OrderLine, Shipment
from giftstream.mongo import Collection, Database, Document

ORDERS = "orders"


class Orders:
    """Our copy of order.changed; the highest `sequence` is true."""

    def __init__(self, database: Database) -> None:
        self._orders: Collection = database[ORDERS]

    async def ensure_indexes(self) -> None:
        """Orders are only ever looked for by id: nothing to do."""

    async def get(self, order_id: str) -> Document | None:
        """The order as it was last told of; None when it is not known or was removed."""
        return await self._orders.find_one({"_id": order_id})

    async def read(self, facts: Facts, order_ids: Sequence[str]) -> None:
        """These orders into the facts."""
        await facts.read(ORDERS, self._orders.find({"_id": {"$in": list(order_ids)}}))


def as_document(order: OrderChanged) -> Document:
    """What is kept of an order."""
    return {
        "_id": order.order_id,
        "sequence": order.sequence,
        "changed_at": order.occurred_at,
        "brand_id": order.brand_id,
        "store_id": order.store_id,
        "reference": order.reference,
        "selection_id": order.selection_id,
        "replaces": order.replaces,
        "status": order.status,
        "reasons": [{"code": one.code, "detail": one.detail} for one in order.reasons],
        "store_order": order.store_order.model_dump() if order.store_order else None,
        "lines": [_line(line) for line in order.lines],
        "shipments": [_shipment(shipment) for shipment in order.shipments],
        "submitted_at": order.submitted_at,
        "placed_at": order.placed_at,
        "delivered_at": order.delivered_at,
    }


def _line(line: OrderLine) -> Document:
    return line.model_dump(include={"variant_ref", "title", "sku", "quantity"})


def _shipment(shipment: Shipment) -> Document:
    named = shipment.model_dump(exclude={"lines", "delivered_at"})
    return {**named, "lines": [line.model_dump() for line in shipment.lines]}
