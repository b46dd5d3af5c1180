"""A person asks that the creator hear that the product was sent: once a time of asking."""

from datetime import timedelta

from giftstream.clock import now
from giftstream.http.problems import Problem
from giftstream.mongo import Document

from notification.mails.kinds import PRODUCT_SENT
from notification.mails.messages import Messages
from notification.telling.notices import Notice, has_left
from notification.telling.orders import Orders
from notification.telling.telling import message


class ConfirmShipping:
    """Goes out whatever was told of the parcels before: somebody wants it now."""

    def __init__(self, orders: Orders, messages: Messages) -> None:
        self._orders = orders
        self._messages = messages

    async def __call__(self, order_id: str, asked_id: str, brand_id: str | None) -> Document:
        """The message; `asked_id` is the same for a repeated request. Raises Problem 404, and 409
        `not_shipped` when there is nothing to confirm."""
        order = await self._orders.get(order_id)
        if order is None or brand_id not in (None, order["brand_id"]):
            raise Problem(404, "not_found", "There is no such order.")
        if not has_left(order):
            raise Problem(409, "not_shipped", _why_not(order))
        moment = now()
        notice = Notice(order_id, order["brand_id"], PRODUCT_SENT, moment, asked_id)
        return await self._messages.add(message(notice, moment, moment, timedelta.max))


def _why_not(order: Document) -> str:
    if order["status"] in ("cancelled", "rejected", "returned"):
        return f"The order is {order['status']}, so there is nothing on its way to confirm."
    if order["placed_at"] is None:
        return "The order is not placed in the store yet, so nothing was shipped."
    return "The store has not marked anything of this order as shipped yet."
