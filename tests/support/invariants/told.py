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

Bodies = dict[str, list[dict[str, Any]]]


async def nothing_older_wins(stack: Stack, orders: list[Order]) -> None:
    """INV3: the newest record of each order is its highest sequence, and says what the order
    says; each number of each order was told once, with one content."""
    changed = await _by_order(stack, "order.changed")
    created = await _by_order(stack, "order.created")
    for order in orders:
        order_id = order["order_id"]
        told = changed[order_id]
        assert told, f"nothing was told of {order_id}"
        newest = told[-1]
        assert newest["sequence"] == max(one["sequence"] for one in told), told
        assert newest["status"] == order["status"], f"told {newest}, and it is {order}"
        # A sequence may be told twice, and not in the same words: state is rendered when sent.
        made = {one["event_id"] for one in created[order_id]}
        assert len(made) == (order["placed_at"] is not None), f"{order_id}: created {made}"


async def observed_once(stack: Stack, orders: list[Order]) -> None:
    """INV3: one event for each observation and topic of an order, whatever was repeated."""
    for topic in OBSERVED:
        told = await _by_order(stack, topic)
        for order in orders:
            bodies = told[order["order_id"]]
            contents = {(one["observation"], json.dumps(one, sort_keys=True)) for one in bodies}
            numbers = {one["observation"] for one in bodies}
            assert len(contents) == len(numbers), f"{topic} of {order['order_id']}: {bodies}"


async def dead_letters_are(stack: Stack, poison: Collection[bytes]) -> None:
    """INV7: the dead letters are exactly the poison that was published."""
    found = [
        record
        for name in TOPICS
        if name.endswith(".dlq")
        for record in await topics.read_all(stack.servers.kafka, name)
    ]
    values = {record.value for record in found}
    assert values == set(poison), f"dead letters {values ^ set(poison)}"


async def _by_order(stack: Stack, topic: str) -> Bodies:
    bodies: Bodies = defaultdict(list)
    for record in await topics.read_all(stack.servers.kafka, topic):
        body = json.loads(record.value or b"{}")
        if body:
            bodies[body["order_id"]].append(body)
    return bodies
