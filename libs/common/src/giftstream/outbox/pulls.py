"""Takes what was published out of its documents, and sees to it that no older state came last.

Two processes may publish one document: its writer, a sweeper, the writer of what came next. The
slower one may send an older state after the newer one, and compaction keeps what came last.
Whoever sent a state therefore looks whether the document moved on meanwhile, and sends the newest
then. Whoever took the entries of another process leaves a marker instead of nothing: that process
may be killed between its send and its look, and the sweeper sends the state once more for it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from giftstream.mongo import Database, Document, UpdateOne
from giftstream.outbox.entries import again_entry, is_again, is_own, outbox_room
from giftstream.outbox.held import Held

ROUNDS = 5

SendStates = Callable[[Sequence[Held]], Awaitable[None]]


class Pulls:
    """Pulls, compares, sends the newest where somebody was quicker."""

    def __init__(self, database: Database, send_states: SendStates) -> None:
        self._database = database
        self._send_states = send_states
        self._unsure: dict[tuple[str, Any], Held] = {}

    async def __call__(self, held: Sequence[Held]) -> None:
        """Raises PyMongoError when MongoDB is away, and Transient when Kafka is."""
        unseen = {(one.collection, one.id): one for one in held if one.has_state}
        try:
            for collection in dict.fromkeys(one.collection for one in held):
                mine = [one for one in held if one.collection == collection]
                await self._pull(collection, mine)
                for one in mine:
                    unseen.pop((collection, one.id), None)
        finally:
            # Sent, and nobody looked what came of it: the next sweep does.
            self._unsure |= unseen

    async def settle(self) -> None:
        """Look at what an outage left. Raises as a pull does."""
        unsure, self._unsure = list(self._unsure.values()), {}
        await self(unsure)

    async def follow(self, collection: str, sent: Sequence[Held]) -> None:
        """Send the newest state of those that moved on since they were sent, until none does; what
        moves on all the time is left to the sweeper."""
        for _ in range(ROUNDS):
            sent = await self._moved_on(collection, sent)
            if not sent:
                return
            await self._send_states(sent)
        await self._database[collection].bulk_write([_marked(one) for one in sent], ordered=False)

    async def _pull(self, collection: str, held: Sequence[Held]) -> None:
        if not held:
            return
        documents = self._database[collection]
        pulled = await documents.bulk_write([_pulled(one) for one in held], ordered=False)
        if pulled.matched_count == len(held):
            return
        await self.follow(collection, [one for one in held if one.has_state])
        await documents.bulk_write([_pulled(one, whenever=True) for one in held], ordered=False)

    async def _moved_on(self, collection: str, sent: Sequence[Held]) -> list[Held]:
        """With their newest documents."""
        mine = {one.id: one for one in sent}
        found = self._database[collection].find({"_id": {"$in": list(mine)}}).hint("_id_")
        return [
            mine[one["_id"]]._replace(document=one)
            async for one in found
            if one["version"] > mine[one["_id"]].version
        ]


def _pulled(one: Held, *, whenever: bool = False) -> UpdateOne:
    """Without its entries. With state among them only while the document is as it was sent."""
    query: Document = {"_id": one.id}
    if one.has_state and not whenever:
        query["version"] = one.version
    ids = [entry["event_id"] for entry in one.entries]
    if not _contested(one.entries):
        return UpdateOne(query, {"$pull": {"outbox": {"event_id": {"$in": ids}}}})
    others = {"$not": {"$in": ["$$this.event_id", {"$literal": ids}]}}
    left = {"$filter": {"input": "$outbox", "cond": others}}
    again = {"$literal": [again_entry(topic) for topic in one.state_topics]}
    return UpdateOne(query, [{"$set": {"outbox": {"$concatArrays": [left, again]}}}])


def _marked(one: Held) -> UpdateOne:
    """To be sent once more, unless something waits to be sent anyway."""
    markers = [again_entry(topic) for topic in one.state_topics]
    query = {"_id": one.id, **outbox_room(len(markers))}
    return UpdateOne(query, {"$push": {"outbox": {"$each": markers}}})


def _contested(entries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether another process may be publishing some of these as well. Markers that say so and
    nothing else have had their turn: the state was sent once more."""
    markers = [entry for entry in entries if "state" in entry]
    return not all(map(is_own, markers)) and not all(map(is_again, markers))
