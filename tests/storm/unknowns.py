"""How long orders stood there without an answer of their store."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from support import topics
from support.stack import Stack

UNKNOWN = {"outcome_unknown", "store_unreachable"}


async def settled_after(stack: Stack, brand_ids: Iterable[str]) -> list[float]:
    """Seconds from the first word of an unknown outcome to the next word of anything else, as
    `order.changed` told it; infinite where nothing else followed."""
    wanted = set(brand_ids)
    told: dict[str, list[tuple[float, dict[str, Any]]]] = defaultdict(list)
    for record in await topics.read_all(stack.servers.kafka, "order.changed"):
        body = json.loads(record.value or b"{}")
        if body and body["brand_id"] in wanted:
            told[body["order_id"]].append((record.timestamp / 1000, body))
    return [length for one in told.values() for length in _lengths(one)]


def _lengths(told: list[tuple[float, dict[str, Any]]]) -> Iterable[float]:
    since: float | None = None
    for at, body in sorted(told, key=lambda one: int(one[1]["sequence"])):
        unknown = bool(UNKNOWN & {one["code"] for one in body["reasons"]})
        if unknown and since is None:
            since = at
        elif since is not None and not unknown:
            yield at - since
            since = None
    if since is not None:
        yield float("inf")
