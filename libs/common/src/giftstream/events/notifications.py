"""What became of messages to people; never their contents or addresses."""

from typing import ClassVar

from giftstream.events.event import SaidPlainly
from giftstream.events.fields import Id, Note, Word


class AboutMessage(SaidPlainly):
    """What both bodies hold."""

    message_id: Id
    template: Word
    order_id: Id | None = None
    brand_id: Id
    channel: Word
    audience: Word
    reason: Note | None = None

    def key(self) -> str:
        return self.message_id


class NotificationSent(AboutMessage):
    """The message left the house."""

    topic: ClassVar = "notification.sent"


class NotificationFailed(AboutMessage):
    """The message will not be sent; `reason` says why."""

    topic: ClassVar = "notification.failed"
