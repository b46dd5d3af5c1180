"""Plans one record after the other, as the engine folds them. Plans do no I/O, so the collections
behind `facts` are never asked here."""

from datetime import datetime
from typing import Any, cast

from giftstream.delivery import Change, Put, UseCase
from giftstream.mongo import Document
from notification.mails.messages import MESSAGES
from notification.telling.tell_of_order import TellOfOrder
from notification.telling.telling import Choices, TellingFacts

from .stories import NOON

DAYS_3 = 3 * 86_400
NOBODY = cast(Any, None)


class World:
    """One use case over facts of its own."""

    def __init__(
        self,
        moment: datetime = NOON,
        choices: Choices | None = None,
        tell: UseCase[Any] | None = None,
    ) -> None:
        self.tell = tell or TellOfOrder(NOBODY, NOBODY, NOBODY, DAYS_3)
        self.facts = TellingFacts(moment, choices)
        self.messages: dict[str, Document] = {}

    def sees(self, *records: Any) -> "World":
        for record in records:
            self._keep(self.tell.plan(record, self.facts))
        return self

    def _keep(self, change: Change) -> None:
        for put in change.puts:
            self.facts.fold(put)
            if put.collection == MESSAGES:
                self.messages[put.document["_id"]] = self._versioned(put)

    def _versioned(self, put: Put) -> Document:
        return {"version": 1, **put.document}

    def ends(self, message: Document, **changed: Any) -> None:
        """As the worker would write it."""
        ended = {**message, **changed}
        ended.pop("due_at", None)
        self.facts.add(MESSAGES, [ended])

    @property
    def told(self) -> list[tuple[str, str]]:
        """Template and status, in the order of telling."""
        return [(m["template"], m["status"]) for m in self.messages.values()]

    @property
    def due(self) -> list[str]:
        """The templates of all messages that are to be sent."""
        return [m["template"] for m in self.messages.values() if m["status"] == "due"]
