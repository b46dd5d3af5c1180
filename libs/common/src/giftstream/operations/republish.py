"""States told anew: a marker in each document's outbox, sent as any other change is.

A reader that has the state already sees nothing new in it (revision and sequence stay), so this is
harmless; one that lost its read model, or a topic that was lost, has everything again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from giftstream.http.paging import decode, encode
from giftstream.mongo import ASCENDING, Database, Document
from giftstream.outbox import Outbox, outbox_room, state_entry


@dataclass(frozen=True, slots=True)
class StateOf:
    """Documents of a collection whose newest state is told on a topic."""

    collection: str
    topic: str
    brand_field: str = "brand_id"


@dataclass(frozen=True, slots=True)
class Told:
    """`done` documents were told anew; `skipped` have a full outbox, which tells them by itself."""

    done: int
    skipped: int
    next: str | None


class Republish:
    """For what a service owns: how many there are, and a batch of them told anew."""

    def __init__(self, database: Database, outbox: Outbox, states: Mapping[str, StateOf]) -> None:
        self._database = database
        self._outbox = outbox
        self.states = states

    async def count(self, what: str, brand_id: str | None) -> int:
        """How many documents would be told."""
        state = self.states[what]
        return int(await self._database[state.collection].count_documents(_of(state, brand_id)))

    async def batch(self, what: str, brand_id: str | None, cursor: str | None, limit: int) -> Told:
        """The next `limit` by id. Raises Transient while Kafka is away: what was marked is sent by
        the sweeper all the same, and the same batch may be asked for again."""
        state = self.states[what]
        documents = self._database[state.collection]
        query = _of(state, brand_id)
        if cursor is not None:
            # A brand's own documents are found by `_id` where that is the brand.
            query = {"$and": [query, {"_id": {"$gt": decode(cursor, str)[0]}}]}
        page = documents.find(query, {"_id": 1}).sort("_id", ASCENDING).limit(limit)
        ids = [one["_id"] async for one in page]
        marked = await documents.update_many(
            {"_id": {"$in": ids}, **outbox_room()},
            {"$push": {"outbox": state_entry(state.topic)}, "$inc": {"version": 1}},
        )
        await self._outbox.flush(state.collection, ids)
        more = len(ids) == limit
        done = marked.modified_count
        return Told(done, len(ids) - done, encode(ids[-1]) if more else None)


def _of(state: StateOf, brand_id: str | None) -> Document:
    return {} if brand_id is None else {state.brand_field: {"$eq": brand_id}}
