"""At least once in, exactly once in effect: one shape of subscriber for every topic.

Read in this order: `records` (what comes), `routes` (whose it is), `facts` and `change` (what a
use case sees and says), `planning`, `folding`, `writing`, `transactions` (how that becomes
documents), `batch` (one batch, start to end), `subscriber` (retries and offsets), `parking` (dead
letters).
"""

from giftstream.delivery.batch import Delivery
from giftstream.delivery.change import (
    NOTHING,
    Change,
    Put,
    add,
    insert,
    insert_told_by_record,
    keep_newest,
    remove,
    replace,
    tell,
    together,
)
from giftstream.delivery.facts import Facts
from giftstream.delivery.metrics import DeliveryMetrics
from giftstream.delivery.parking import Parked, Parking
from giftstream.delivery.periodic import Periodic
from giftstream.delivery.records import Decode, Received, Record, decode_event
from giftstream.delivery.routes import Route, UseCase
from giftstream.delivery.subscriber import Subscriber
from giftstream.delivery.writing import Writer
from giftstream.failures import Poison, Transient

__all__ = [
    "NOTHING",
    "Change",
    "Decode",
    "Delivery",
    "DeliveryMetrics",
    "Facts",
    "Parked",
    "Parking",
    "Periodic",
    "Poison",
    "Put",
    "Received",
    "Record",
    "Route",
    "Subscriber",
    "Transient",
    "UseCase",
    "Writer",
    "add",
    "decode_event",
    "insert",
    "insert_told_by_record",
    "keep_newest",
    "remove",
    "replace",
    "tell",
    "together",
]
