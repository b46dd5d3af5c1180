"""How a message ends, and what is said of it on Kafka."""

from typing import Any

import structlog
from giftstream.clock import now
from giftstream.events import NotificationFailed, NotificationSent
from giftstream.failures import Transient
from giftstream.identity import event_identity
from giftstream.mongo import Document
from giftstream.outbox import Outbox, event_entry

from notification.mails.messages import MESSAGES, Messages

log = structlog.get_logger()

SERVICE = "notification"


class Endings:
    """Writes the end of a claimed message together with its event, then publishes that."""

    def __init__(self, messages: Messages, outbox: Outbox) -> None:
        self._messages = messages
        self._outbox = outbox

    async def sent(self, message: Document) -> None:
        """It left the house."""
        moment = now()
        event = NotificationSent(**_about(message, "notification.sent"), occurred_at=moment)
        await self._end(message, {"status": "sent", "reason": None, "sent_at": moment}, event)

    async def failed(self, message: Document, reason: str) -> None:
        """It will not be sent."""
        event = NotificationFailed(**_about(message, "notification.failed"), reason=reason)
        await self._end(message, {"status": "failed", "reason": reason}, event)

    async def ambiguous(self, message: Document) -> None:
        """It may have left, once or twice; nobody knows, and it is not sent again."""
        reason = "The mail server was lost twice while it took the mail; it may have been taken."
        event = NotificationFailed(**_about(message, "notification.failed"), reason=reason)
        changed = {"status": "ambiguous", "reason": reason, "ambiguous": message["ambiguous"]}
        await self._end(message, changed, event)

    async def overtaken(self, message: Document) -> None:
        """What it would have said is no longer so: nobody is told, and nothing failed."""
        await self._end(message, {"status": "overtaken", "reason": "overtaken"}, None)

    async def _end(
        self,
        message: Document,
        changed: dict[str, Any],
        event: NotificationSent | NotificationFailed | None,
    ) -> None:
        entries = [event_entry(event, source=SERVICE)] if event else []
        if not await self._messages.finish(message, changed, entries):
            log.warning("mail.lease_lost", message_id=message["_id"], status=changed["status"])
            return
        log.info(
            "mail.ended",
            status=changed["status"],
            message_id=message["_id"],
            order_id=message["order_id"],
            template=message["template"],
            reason=changed["reason"],
        )
        try:
            await self._outbox.flush(MESSAGES, [message["_id"]] if entries else [])
        except Transient:
            return  # the sweeper publishes it as soon as Kafka answers again


def _about(message: Document, topic: str) -> dict[str, Any]:
    return {
        "event_id": event_identity(message["_id"], topic, 1),
        "message_id": message["_id"],
        "template": message["template"],
        "order_id": message["order_id"],
        "brand_id": message["brand_id"],
        "channel": message["channel"],
        "audience": message["audience"],
    }
