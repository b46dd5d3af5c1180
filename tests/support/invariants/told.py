"""INV3 and INV7: what the topics say, read from their beginning."""

import json
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from giftstream.topics import TOPICS
from support import topics
from support.invariants.orders import Order
from support.stack import Stack

OBSERVED = (
    "order.fulfilled",
    "order.shipment_updated",
    "order.delivered",
    "order.cancelled",
    "order.returned",
    "order.edited",
)

Bodies = dict[str, dict[str, list[dict[str, Any]]]]
"""By topic and order, in the order of their offsets."""


async def nothing_older_wins(stack: Stack, orders: list[Order]) -> None:
    """INV3: the newest record of each order is its highest sequence, and says what the order
    says; that it was created was told once; one event for each observation and topic, whatever
    was repeated."""
    told = await _by_order(stack, "order.changed", "order.created", *OBSERVED)
    for order in orders:
        changed = told["order.changed"][order["order_id"]]
        assert changed, f"nothing was told of {order['order_id']}"
        newest = changed[-1]
        assert newest["sequence"] == max(one["sequence"] for one in changed), changed
        assert newest["status"] == order["status"], f"told {newest}, and it is {order}"
        made = {one["event_id"] for one in told["order.created"][order["order_id"]]}
        assert len(made) == (order["placed_at"] is not None), f"{order['order_id']}: {made}"
        for topic in OBSERVED:
            _each_once(topic, told[topic][order["order_id"]])


async def dead_letters_are(stack: Stack, poison: Collection[bytes]) -> None:
    """INV7: the dead letters are exactly the poison that was published."""
    dead = [name for name in TOPICS if name.endswith(".dlq")]
    values = {record.value for record in await topics.read_all(stack.servers.kafka, *dead)}
    assert values == set(poison), f"dead letters {values ^ set(poison)}"


def _each_once(topic: str, bodies: list[dict[str, Any]]) -> None:
    contents = {json.dumps(one, sort_keys=True) for one in bodies}
    numbers = {one["observation"] for one in bodies}
    assert len(contents) == len(numbers), f"{topic}: {bodies}"


async def _by_order(stack: Stack, *names: str) -> Bodies:
    bodies: Bodies = defaultdict(lambda: defaultdict(list))
    records = await topics.read_all(stack.servers.kafka, *names)
    for record in sorted(records, key=lambda one: (one.partition, one.offset)):
        if body := json.loads(record.value or b"{}"):
            bodies[record.topic][body["order_id"]].append(body)
    return bodies
