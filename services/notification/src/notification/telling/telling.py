"""From a notice to its message, written once, or opened again where it was overtaken unsent."""

from datetime import datetime, timedelta

from giftstream.delivery import Facts, Put, insert, replace
from giftstream.mongo import Document

from notification.mails.kinds import KINDS
from notification.mails.messages import MESSAGES
from notification.telling.notices import AT_ONCE, Notice

Choices = dict[tuple[str, str], bool]
"""Whether a brand wants a mail, by brand and template, where it chose."""


class TellingFacts(Facts):
    """With the time of reading, and what brands chose to be sent."""

    def __init__(self, moment: datetime, choices: Choices | None = None) -> None:
        super().__init__()
        self.now = moment
        self.choices = choices or {}

    def wants(self, brand_id: str, template: str) -> bool:
        """Whether this mail goes out for this brand."""
        return self.choices.get((brand_id, template), KINDS[template].sent)


def told(
    notice: Notice, facts: TellingFacts, tell_within: timedelta, pause: timedelta = AT_ONCE
) -> Put | None:
    """The message as it shall be; None when there is nothing to do. Nobody is told of what
    happened longer ago than `tell_within`."""
    if not facts.wants(notice.brand_id, notice.template):
        return None
    there = facts.get(MESSAGES, notice.id)
    due_at = facts.now + pause
    if there is None:
        return insert(MESSAGES, message(notice, facts.now, due_at, tell_within))
    if (there["status"], there["reason"]) != ("overtaken", "overtaken"):
        return None
    # It was true, then not, and is true again: only now will somebody be told.
    again = {**there, "status": "due", "reason": None, "due_at": due_at}
    return replace(MESSAGES, there, again)


def message(notice: Notice, moment: datetime, due_at: datetime, tell_within: timedelta) -> Document:
    """A new message, due at its time; one about what happened too long ago has ended already."""
    about = notice.kind.about
    late = moment - notice.at > tell_within
    document: Document = {
        "_id": notice.id,
        "order_id": notice.about if about == "order" else None,
        "store_id": notice.about if about == "store" else None,
        "brand_id": notice.brand_id,
        "template": notice.template,
        "audience": notice.kind.audience,
        "channel": "email",
        "revision": notice.revision,
        "after": notice.after,
        "fact_at": notice.at,
        "created_at": moment,
        "status": "overtaken" if late else "due",
        "reason": "too_old" if late else None,
        "attempts": 0,
        "ambiguous": 0,
        "sent_at": None,
    }
    return document if late else {**document, "due_at": due_at}
