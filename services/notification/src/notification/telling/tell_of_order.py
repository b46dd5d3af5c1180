"""From a changed order to the messages that it gives rise to, each once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from giftstream.clock import now
from giftstream.delivery import (
    NOTHING,
    Change,
    Facts,
    Put,
    Received,
    insert,
    keep_newest,
    remove,
    replace,
)
from giftstream.events import OrderChanged
from giftstream.mongo import Document

from notification.mails.messages import MESSAGES, Messages
from notification.telling.notices import Notice, notices_of
from notification.telling.orders import ORDERS, Orders, as_document


class OrderFacts(Facts):
    """With the time of reading: what happened too long ago is not told any more."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self.now = moment


class TellOfOrder:
    """The use case of `order.changed`."""

    def __init__(self, orders: Orders, messages: Messages, tell_within_s: float) -> None:
        self._orders = orders
        self._messages = messages
        self._tell_within = timedelta(seconds=tell_within_s)

    async def facts(self, items: Sequence[Received[OrderChanged]]) -> OrderFacts:
        """The orders as they are here, and the messages that there may be already."""
        facts = OrderFacts(now())
        events = [item.event for item in items if item.event is not None]
        notices = [notice.id for event in events for notice in notices_of(as_document(event))]
        await self._orders.read(facts, sorted({event.order_id for event in events}))
        await self._messages.read(facts, sorted(set(notices)))
        return facts

    def plan(self, item: Received[OrderChanged], facts: OrderFacts) -> Change:
        """New messages, and the newest order. The same again changes nothing."""
        if item.event is None:
            return Change.of(remove(ORDERS, item.key))
        order = as_document(item.event)
        stored = facts.get(ORDERS, order["_id"])
        if stored is not None and stored["sequence"] > order["sequence"]:
            return NOTHING
        # An order as new as ours is told of all the same: a crash may have parted the two writes.
        told = [self._told(notice, order, facts) for notice in notices_of(order)]
        return Change.of(*(put for put in told if put), keep_newest(ORDERS, order, "sequence"))

    def _told(self, notice: Notice, order: Document, facts: OrderFacts) -> Put | None:
        there = facts.get(MESSAGES, notice.id)
        if there is None:
            return insert(MESSAGES, self._message(notice, order, facts.now))
        if (there["status"], there["reason"]) != ("overtaken", "overtaken"):
            return None
        # It was true, then not, and is true again: only now will somebody be told.
        again = {**there, "status": "due", "reason": None, "due_at": facts.now}
        return replace(MESSAGES, there, again)

    def _message(self, notice: Notice, order: Document, moment: datetime) -> Document:
        told = moment - notice.at <= self._tell_within
        document: Document = {
            "_id": notice.id,
            "order_id": notice.order_id,
            "brand_id": order["brand_id"],
            "template": notice.template,
            "audience": notice.audience,
            "channel": "email",
            "revision": notice.revision,
            "after": notice.after,
            "fact_at": notice.at,
            "created_at": moment,
            "status": "due" if told else "overtaken",
            "reason": None if told else "too_old",
            "attempts": 0,
            "ambiguous": 0,
            "sent_at": None,
        }
        return {**document, "due_at": moment} if told else document
