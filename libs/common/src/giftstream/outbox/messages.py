"""From outbox entries to Kafka messages: facts as they were written, state as it is now."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from giftstream.events import Event, encode, headers_for
from giftstream.mongo import Document
from giftstream.outbox.entries import Entry
from giftstream.outbox.held import Held
from giftstream.producer import Message
from giftstream.sealing import Sealing
from giftstream.tracing import current_traceparent, new_traceparent

Render = Callable[[Document], Event]

REMEMBERED = 20_000
"""Versions sent, of so many documents: far more than are under way at once."""


class Messages:
    """Renders what a document holds, in the order in which it was written."""

    def __init__(self, source: str, sealing: Sealing) -> None:
        self._source = source
        self._sealing = sealing
        self._renderers: dict[tuple[str, str], Render] = {}
        self._sent: OrderedDict[tuple[str, str, Any], int] = OrderedDict()

    def renders(self, collection: str, topic: str, render: Render) -> None:
        """State markers of `topic` in `collection` are rendered by `render(document)`."""
        self._renderers[collection, topic] = render

    def of(self, documents: Sequence[Held]) -> Iterator[Message]:
        """All messages of these documents; several markers of one topic are one message."""
        trace = current_traceparent() or new_traceparent()
        for held in documents:
            told: set[str] = set()
            for entry in held.entries:
                if "state" not in entry:
                    yield self._fact(entry)
                elif entry["topic"] not in told and held.document is not None:
                    told.add(entry["topic"])
                    yield from self._state(held, entry["topic"], trace)

    def states_of(self, documents: Sequence[Held]) -> Iterator[Message]:
        """The newest state alone, for those state topics that the entries name."""
        trace = current_traceparent() or new_traceparent()
        for held in documents:
            assert held.document is not None
            for topic in held.state_topics:
                yield from self._state(held, topic, trace)

    def _fact(self, entry: Entry) -> Message:
        body: bytes | None = entry["body"]
        sealed: Mapping[str, str] | None = entry.get("sealed")
        if sealed is not None and body is not None:
            body = self._sealing.open(
                body, brand=sealed["brand"], document=sealed["document"], field="outbox"
            )
        headers = tuple((name, bytes(value)) for name, value in entry["headers"])
        return Message(entry["topic"], entry["key"].encode(), body, headers)

    def _state(self, held: Held, topic: str, trace: str) -> Iterator[Message]:
        """None where this process has sent a newer one: it would come last."""
        assert held.document is not None
        key = held.collection, topic, held.id
        if held.version < self._sent.get(key, 0):
            return
        self._sent[key] = held.version
        self._sent.move_to_end(key)
        if len(self._sent) > REMEMBERED:
            self._sent.popitem(last=False)
        event = self._renderers[held.collection, topic](held.document)
        headers = headers_for(event, source=self._source, traceparent=trace)
        yield Message(topic, event.key().encode(), encode(event), tuple(headers))
