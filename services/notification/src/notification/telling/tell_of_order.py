"""From a changed order to the messages that it gives rise to, each once."""

from collections.abc import Sequence
from datetime import timedelta

from giftstream.clock import now
from giftstream.delivery import NOTHING, Change, Received, keep_newest, remove
from giftstream.events import OrderChanged

from notification.mails.messages import Messages
from notification.mails.wordings import Wordings
from notification.telling.notices import notices_of
from notification.telling.orders import ORDERS, Orders, as_document
from notification.telling.telling import TellingFacts, told


class TellOfOrder:
    """The use case of `order.changed`."""

    def __init__(
        self, orders: Orders, messages: Messages, wordings: Wordings, tell_within_s: float
    ) -> None:
        self._orders = orders
        self._messages = messages
        self._wordings = wordings
        self._tell_within = timedelta(seconds=tell_within_s)

    async def facts(self, items: Sequence[Received[OrderChanged]]) -> TellingFacts:
        """The orders as they are here, and the messages that there may be already."""
        events = [item.event for item in items if item.event is not None]
        choices = await self._wordings.choices({event.brand_id for event in events})
        facts = TellingFacts(now(), choices)
        notices = [notice.id for event in events for notice in notices_of(as_document(event))]
        await self._orders.read(facts, sorted({event.order_id for event in events}))
        await self._messages.read(facts, sorted(set(notices)))
        return facts

    def plan(self, item: Received[OrderChanged], facts: TellingFacts) -> Change:
        """New messages, and the newest order. The same again changes nothing."""
        if item.event is None:
            return Change.of(remove(ORDERS, item.key))
        order = as_document(item.event)
        stored = facts.get(ORDERS, order["_id"])
        if stored is not None and stored["sequence"] > order["sequence"]:
            return NOTHING
        # An order as new as ours is told of all the same: a crash may have parted the two writes.
        puts = [told(notice, facts, self._tell_within) for notice in notices_of(order)]
        return Change.of(*(put for put in puts if put), keep_newest(ORDERS, order, "sequence"))
