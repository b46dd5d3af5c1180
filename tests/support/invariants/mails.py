"""INV5: who was told by mail, how often."""

from collections import Counter
from typing import Any

from support.http import Api
from support.invariants.orders import Order
from support.stack import Stack

PLACED, ARRIVED = "order_placed", "order_delivered"
PAGE = 200


async def open_messages(stack: Stack, brand_id: str) -> list[dict[str, Any]]:
    """Mails of the brand that have not come to an end."""
    messages = await _all(stack.notification, brand_id=brand_id)
    return [one for one in messages if one["status"] in ("due", "waiting")]


async def told_once(stack: Stack, brand_id: str, orders: list[Order]) -> None:
    """One copy of each mail that was sent, more only where the doubt is on record; nothing that
    was not sent has arrived; whose gift arrived was told so."""
    messages = await _all(stack.notification, brand_id=brand_id)
    copies = Counter(one["message_id"].strip("<>").partition("@")[0] for one in await _mails(stack))
    for message in messages:
        found = copies[message["message_id"]]
        least = 1 if message["status"] == "sent" else 0
        assert least <= found <= least + message["ambiguous"], f"{found} copies of {message}"
    ended = {(one["order_id"], one["template"]): one["status"] for one in messages}
    for order in orders:
        if order["status"] == "delivered":
            for template in (PLACED, ARRIVED):
                told = ended.get((order["order_id"], template))
                assert told in ("sent", "ambiguous"), f"{template} of {order['order_id']}: {told}"


async def _mails(stack: Stack) -> list[dict[str, Any]]:
    return await _all(stack.inbox)


async def _all(api: Api, **asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await api.get(
            "/messages", limit=PAGE, **asked, **({"cursor": cursor} if cursor else {})
        )
        found += page["items"]
        cursor = page["next"]
    return found
