"""From a changed store to the mail that it was lost, and its name for all other mails."""

from collections.abc import Sequence
from datetime import timedelta

from giftstream.clock import now
from giftstream.delivery import NOTHING, Change, Received, keep_newest, remove
from giftstream.events import StoreChanged

from notification.mails.messages import Messages
from notification.mails.wordings import Wordings
from notification.telling.notices import notices_of_store
from notification.telling.stores import LOST, STORES, KnownStores, as_document
from notification.telling.telling import TellingFacts, told


class TellOfStore:
    """The use case of `store.changed`. A store that comes back before `settles_s` is over was
    never lost to its brand; by then all missing permissions are known, and one mail names them."""

    def __init__(
        self,
        stores: KnownStores,
        messages: Messages,
        wordings: Wordings,
        *,
        tell_within_s: float,
        settles_s: float,
    ) -> None:
        self._stores = stores
        self._messages = messages
        self._wordings = wordings
        self._tell_within = timedelta(seconds=tell_within_s)
        self._settles = timedelta(seconds=settles_s)

    async def facts(self, items: Sequence[Received[StoreChanged]]) -> TellingFacts:
        """The stores as they are here, and the messages that there may be already."""
        events = [item.event for item in items if item.event is not None]
        choices = await self._wordings.choices({event.brand_id for event in events})
        facts = TellingFacts(now(), choices)
        await self._stores.read(facts, sorted({event.store_id for event in events}))
        await self._messages.read(facts, sorted(_may_be_told(events, facts)))
        return facts

    def plan(self, item: Received[StoreChanged], facts: TellingFacts) -> Change:
        """The message and the newest store. The same again changes nothing."""
        if item.event is None:
            return Change.of(remove(STORES, item.key))
        stored = facts.get(STORES, item.event.store_id)
        if stored is not None and stored["revision"] > item.event.revision:
            return NOTHING
        store = as_document(item.event, stored)
        # A store as new as ours is told of all the same: a crash may have parted the two writes.
        puts = [
            told(notice, facts, self._tell_within, self._settles)
            for notice in notices_of_store(store)
        ]
        return Change.of(*(put for put in puts if put), keep_newest(STORES, store))


def _may_be_told(events: Sequence[StoreChanged], facts: TellingFacts) -> set[str]:
    """The ids of all messages that a plan of these events can come to: which loss it is depends on
    what the plans before it leave."""
    ids: set[str] = set()
    for event in events:
        if event.status != LOST:
            continue
        stored = facts.get(STORES, event.store_id)
        since = {one.revision for one in events if one.store_id == event.store_id}
        if stored is not None and stored.get("lost_since") is not None:
            since.add(stored["lost_since"])
        for revision in since:
            store = as_document(event, {"lost_since": revision})
            ids |= {notice.id for notice in notices_of_store(store)}
    return ids
