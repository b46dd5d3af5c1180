"""Where order-placement keeps sealed values, for a change of the sealing key."""

from collections.abc import Iterator

from giftstream.mongo import Document
from giftstream.operations import SealedCollection, SealedValue

from order_placement.intake.waits import WAITING
from order_placement.order_events import ORDERS
from order_placement.recipients import FIELD


def _of_order(order: Document) -> Iterator[SealedValue]:
    if order.get(FIELD) is not None:
        yield SealedValue(FIELD, order[FIELD], order["brand_id"], order["_id"], FIELD)


def _of_waiting(waiting: Document) -> Iterator[SealedValue]:
    place = (waiting["brand_id"], waiting["_id"], "record")
    yield SealedValue("record", waiting["record"], *place)


SEALED = (
    SealedCollection(ORDERS, ("brand_id", FIELD), _of_order),
    SealedCollection(WAITING, ("brand_id", "record"), _of_waiting),
)
