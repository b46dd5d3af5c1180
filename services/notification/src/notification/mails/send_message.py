"""One claimed message: still true? for whom? then written, handed over, marked."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Protocol

import structlog
from giftstream.clock import now
from giftstream.crashpoints import crashpoint
from giftstream.failures import Transient
from giftstream.http.problems import Problem
from giftstream.mongo import Document
from jinja2 import TemplateError

from notification.channels.smtp import Refused, TryLater, Unclear
from notification.mails.backoff import pause_after
from notification.mails.compose import ComposeMail
from notification.mails.endings import Endings
from notification.mails.messages import Messages
from notification.mails.people import Addressees, People
from notification.mails.subjects import Subjects

log = structlog.get_logger()

BEHIND_ANOTHER_S = 0.5
# A mail that may have left twice already is not sent a third time.
MOST_AMBIGUOUS = 2


class Transaction(Protocol):
    """The server knows sender and recipients and waits for the mail."""

    async def hand_over(self) -> None:
        """Give the mail. Raises TryLater, Refused, Unclear."""


class Channel(Protocol):
    """A way for a mail to leave."""

    def transaction(
        self, sender: Address, recipients: Sequence[Address], mail: EmailMessage
    ) -> AbstractAsyncContextManager[Transaction]:
        """Everything up to handing over. Raises TryLater, Refused."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait before the second attempt, and when to give up."""

    retry_s: float
    give_up_after: timedelta

    def is_over(self, message: Document, moment: datetime) -> bool:
        """Whether the message has been tried long enough."""
        waited: timedelta = moment - message["created_at"]
        return waited >= self.give_up_after


class SendMessage:
    """Brings one claimed message to an end, or leaves it due for later."""

    def __init__(
        self,
        messages: Messages,
        subjects: Subjects,
        people: People,
        compose: ComposeMail,
        channel: Channel,
        endings: Endings,
        *,
        sender: Address,
        patience: Patience,
    ) -> None:
        self._messages = messages
        self._subjects = subjects
        self._people = people
        self._compose = compose
        self._channel = channel
        self._endings = endings
        self._sender = sender
        self._patience = patience

    async def __call__(self, message: Document) -> None:
        """Return when the message is sent, ended otherwise, or due again."""
        crashpoint("mail.claimed")
        if message["ambiguous"] >= MOST_AMBIGUOUS:
            await self._endings.ambiguous(message)
            return
        subject = await self._subjects.of(message)
        if subject is None:
            await self._endings.overtaken(message)
            return
        if message["after"] and await self._messages.is_open(message["after"]):
            await self._messages.postpone(message, timedelta(seconds=BEHIND_ANOTHER_S))
            return
        await self._send(message, subject)

    async def _send(self, message: Document, subject: Document) -> None:
        try:
            people = await self._people.of(message)
            if not people.addresses:
                await self._later(message, people.why_none, status="waiting")
                return
            mail = await self._compose(message, subject, people)
            await self._hand_over(message, people, mail)
        except (Transient, Problem) as error:
            await self._later(message, f"asking for the recipient: {type(error).__name__}")
        except TryLater as error:
            await self._later(message, str(error))
        except Refused as error:
            await self._endings.failed(message, str(error))
        except Unclear as error:
            await self._doubted(message, str(error))
        except (ValueError, KeyError, TemplateError) as error:
            # Another attempt would write the same mail and fail the same way.
            log.exception("mail.unwritable", message_id=message["_id"])
            await self._endings.failed(message, f"it cannot be written: {type(error).__name__}")

    async def _hand_over(self, message: Document, people: Addressees, mail: EmailMessage) -> None:
        async with self._channel.transaction(self._sender, people.addresses, mail) as transaction:
            if not await self._messages.begin_sending(message):
                return  # our lease is over, and another replica has it: its mail, not ours
            await transaction.hand_over()
            crashpoint("mail.data_accepted")
            await self._endings.sent(message)
            crashpoint("mail.marked")

    async def _doubted(self, message: Document, why: str) -> None:
        doubted = {**message, "ambiguous": message["ambiguous"] + 1}
        if doubted["ambiguous"] >= MOST_AMBIGUOUS:
            await self._endings.ambiguous(doubted)
        else:
            await self._later(doubted, f"unclear: {why}")

    async def _later(self, message: Document, reason: str, *, status: str = "due") -> None:
        if self._patience.is_over(message, now()):
            await self._endings.failed(message, reason)
            return
        pause = pause_after(message["attempts"], self._patience.retry_s)
        log.info("mail.waits", message_id=message["_id"], reason=reason)
        await self._messages.postpone(message, pause, reason, status=status)
