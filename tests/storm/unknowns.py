"""How long orders stood there without an answer of their store."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from support import topics
from support.stack import Stack

UNKNOWN = {"outcome_unknown", "store_unreachable"}

Told = list[tuple[float, dict[str, Any]]]
"""Bodies of `order.changed` with when they were told, by their sequence."""


@dataclass(frozen=True)
class Unknown:
    """One time that the outcome of an order was unknown."""

    order_id: str
    seconds: float
    """From the first word of it to the next word of anything else; infinite if there was none."""
    story: str
    """Everything told of the order, in seconds since its first word."""


async def unknowns_of(stack: Stack, brand_ids: Iterable[str]) -> list[Unknown]:
    """As `order.changed` told of them, the longest first."""
    wanted = set(brand_ids)
    told: dict[str, Told] = defaultdict(list)
    for record in await topics.read_all(stack.servers.kafka, "order.changed"):
        body = json.loads(record.value or b"{}")
        if body and body["brand_id"] in wanted:
            told[body["order_id"]].append((record.timestamp / 1000, body))
    for bodies in told.values():
        bodies.sort(key=lambda one: int(one[1]["sequence"]))
    found = [
        Unknown(order_id, seconds, _story(bodies))
        for order_id, bodies in told.items()
        for seconds in _lengths(bodies)
    ]
    return sorted(found, key=lambda one: -one.seconds)


def _lengths(told: Told) -> Iterable[float]:
    since: float | None = None
    for at, body in told:
        unknown = bool(UNKNOWN & {one["code"] for one in body["reasons"]})
        if unknown and since is None:
            since = at
        elif since is not None and not unknown:
            yield at - since
            since = None
    if since is not None:
        yield float("inf")


def _story(told: Told) -> str:
    begun = told[0][0]
    return ", ".join(
        f"{at - begun:.0f} {body['status']} {' '.join(one['code'] for one in body['reasons'])}"
        for at, body in told
    )
