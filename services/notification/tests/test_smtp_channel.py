"""The SMTP channel against a real server that does what servers do."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest
from localstack.inbox.faults import Fault, Faults, Verb
from localstack.inbox.mails import Mails
from localstack.inbox.smtp import serve_smtp
from notification.channels.smtp import Refused, SmtpChannel, SmtpServer, TryLater, Unclear

SENDER = Address(username="gifts", domain="giftstream.example")
ANA = Address(username="ana", domain="example.com")
BEN = Address(username="ben", domain="example.com")


@dataclass
class Inbox:
    """A server in this loop, its mails and its faults."""

    mails: Mails
    faults: Faults
    port: int

    @property
    def kept(self) -> int:
        return len(self.mails.find(to=None, subject=None, after="", limit=100))

    def fails(self, verb: Verb, fault: str, times: int = 1) -> None:
        self.faults.set(Fault(verb=verb, fault=fault, times=times))


@pytest.fixture
async def inbox(tmp_path: Path) -> AsyncIterator[Inbox]:
    mails, faults = Mails(tmp_path), Faults()
    server = await serve_smtp(mails, faults, 0)
    yield Inbox(mails, faults, server.sockets[0].getsockname()[1])
    server.close()


async def send(port: int, *to: Address, tls: str = "none", timeout_s: float = 0.5) -> int:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, to, "A gift"
    mail.set_content("Hello.\n.\n..\nBye.\n")
    channel = SmtpChannel(SmtpServer("127.0.0.1", port, tls, timeout_s))
    async with channel.transaction(SENDER, to, mail) as transaction:
        await transaction.hand_over()
        return transaction.accepted


async def test_a_mail_arrives_as_it_was_written(inbox: Inbox) -> None:
    await send(inbox.port, ANA, BEN)
    (mail,) = inbox.mails.find(to="ana@example.com", subject="A gift", after="", limit=2)
    assert mail["to"] == ["ana@example.com", "ben@example.com"]
    assert mail["text"].splitlines() == ["Hello.", ".", "..", "Bye."]


@pytest.mark.parametrize("verb", ["connect", "mail", "rcpt", "data"])
@pytest.mark.parametrize("code", ["421", "450"])
async def test_a_temporary_answer_at_any_verb_means_later(
    inbox: Inbox, verb: Verb, code: str
) -> None:
    inbox.fails(verb, code)
    with pytest.raises(TryLater):
        await send(inbox.port, ANA)
    assert inbox.kept == 0
    assert await send(inbox.port, ANA) == 1


@pytest.mark.parametrize("verb", ["mail", "rcpt", "data"])
async def test_a_permanent_answer_to_the_mail_is_final(inbox: Inbox, verb: Verb) -> None:
    inbox.fails(verb, "550")
    with pytest.raises(Refused, match="550"):
        await send(inbox.port, ANA)
    assert inbox.kept == 0


async def test_a_server_that_refuses_the_connection_says_nothing_of_the_mail(inbox: Inbox) -> None:
    inbox.fails("connect", "554")
    with pytest.raises(TryLater):
        await send(inbox.port, ANA)


@pytest.mark.parametrize("verb", ["connect", "mail", "rcpt"])
@pytest.mark.parametrize("fault", ["hang", "abort"])
async def test_a_silent_or_lost_server_before_the_mail_means_later(
    inbox: Inbox, verb: Verb, fault: str
) -> None:
    inbox.fails(verb, fault)
    async with asyncio.timeout(5):
        with pytest.raises(TryLater):
            await send(inbox.port, ANA)
    assert inbox.kept == 0


@pytest.mark.parametrize(
    ("fault", "kept"), [("abort_after_data", 1), ("hang_after_data", 1), ("hang", 0)]
)
async def test_a_server_lost_while_it_takes_the_mail_leaves_it_open(
    inbox: Inbox, fault: str, kept: int
) -> None:
    inbox.fails("data", fault)
    async with asyncio.timeout(5):
        with pytest.raises(Unclear):
            await send(inbox.port, ANA)
    assert inbox.kept == kept


async def test_one_good_recipient_of_two_is_enough(inbox: Inbox) -> None:
    inbox.fails("rcpt", "550")
    assert await send(inbox.port, ANA, BEN) == 1
    assert inbox.kept == 1


async def test_nobody_refused_for_good_while_one_may_be_taken_later(inbox: Inbox) -> None:
    inbox.fails("rcpt", "550")
    inbox.fails("rcpt", "450")
    with pytest.raises(TryLater):
        await send(inbox.port, ANA, BEN)


async def test_without_the_encryption_asked_for_nothing_is_sent(inbox: Inbox) -> None:
    with pytest.raises(TryLater):
        await send(inbox.port, ANA, tls="starttls")
    assert inbox.kept == 0


async def test_nobody_there_means_later(inbox: Inbox) -> None:
    with pytest.raises(TryLater):
        await send(1, ANA)
