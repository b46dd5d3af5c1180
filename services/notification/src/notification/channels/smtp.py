"""Mail over SMTP: one connection a mail, a deadline for each answer, and three kinds of failure."""

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as PLAIN
from email.policy import SMTPUTF8 as UTF8

import aiosmtplib

PERMANENT = range(500, 600)


class TryLater(Exception):
    """The mail certainly was not taken; later it may be. The words are for logs and records."""


class Refused(Exception):
    """The server will never take this mail for these people."""


class Unclear(Exception):
    """The connection was lost once the mail was being handed over: it may have been taken."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails go. `tls` is `none`, `starttls` (refused if the server has none) or `tls`."""

    host: str
    port: int
    tls: str
    timeout_s: float
    user: str | None = None
    password: str | None = None


class Opened:
    """A transaction whose sender and recipients the server has accepted."""

    def __init__(self, client: aiosmtplib.SMTP, content: bytes, accepted: int) -> None:
        self._client = client
        self._content = content
        self.accepted = accepted

    async def hand_over(self) -> None:
        """Give the mail; once this returns the server has taken it. Raises TryLater, Refused,
        Unclear (also when the connection breaks before the first byte of the mail was sent)."""
        try:
            await self._client.data(self._content)
        except aiosmtplib.SMTPDataError as error:
            raise _answered(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unclear(type(error).__name__) from error


class SmtpChannel:
    """Sends mails through one server."""

    name = "email"

    def __init__(self, server: SmtpServer, tls_context: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._tls_context = tls_context

    @asynccontextmanager
    async def transaction(
        self, sender: Address, recipients: Sequence[Address], mail: EmailMessage
    ) -> AsyncIterator[Opened]:
        """Everything up to the mail itself. Raises TryLater or Refused, and nothing was sent."""
        client = self._client()
        try:
            await self._connect(client)
            yield await self._open(client, sender, recipients, mail)
            await self._goodbye(client)
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            local_hostname="localhost",
            timeout=server.timeout_s,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            username=server.user,
            password=server.password,
            tls_context=self._tls_context,
        )

    async def _connect(self, client: aiosmtplib.SMTP) -> None:
        # Whatever is wrong before MAIL is wrong with the server or our settings, not with the mail.
        try:
            await client.connect()
            await client.ehlo()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise TryLater(_words("connect", error)) from error

    async def _open(
        self,
        client: aiosmtplib.SMTP,
        sender: Address,
        recipients: Sequence[Address],
        mail: EmailMessage,
    ) -> Opened:
        international = not all(one.addr_spec.isascii() for one in (sender, *recipients))
        if international and not client.supports_extension("smtputf8"):
            raise Refused("the mail server does not take addresses beyond ASCII")
        options = ["SMTPUTF8", "BODY=8BITMIME"] if international else []
        encoding = "utf-8" if international else "ascii"
        try:
            await client.mail(sender.addr_spec, options=options, encoding=encoding)
            accepted = await _accepted(client, recipients, encoding)
        except aiosmtplib.SMTPResponseException as error:
            raise _answered(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise TryLater(_words("envelope", error)) from error
        return Opened(client, mail.as_bytes(policy=UTF8 if international else PLAIN), accepted)

    async def _goodbye(self, client: aiosmtplib.SMTP) -> None:
        try:
            await client.quit()
        except (aiosmtplib.SMTPException, OSError):
            return  # the mail was taken; how the server says goodbye changes nothing


async def _accepted(client: aiosmtplib.SMTP, recipients: Sequence[Address], encoding: str) -> int:
    """How many recipients the server takes; with none of them the kindest refusal is raised."""
    refusals: list[aiosmtplib.SMTPRecipientRefused] = []
    for recipient in recipients:
        try:
            await client.rcpt(recipient.addr_spec, encoding=encoding)
        except aiosmtplib.SMTPRecipientRefused as error:
            refusals.append(error)
    if len(refusals) == len(recipients):
        raise min(refusals, key=lambda refusal: refusal.code)
    return len(recipients) - len(refusals)


def _answered(error: aiosmtplib.SMTPResponseException) -> TryLater | Refused:
    # Only the code is kept: servers like to quote the address in their words.
    kind = Refused if error.code in PERMANENT else TryLater
    return kind(f"the mail server answered {error.code}")


def _words(where: str, error: BaseException) -> str:
    code = getattr(error, "code", None)
    return f"{where}: {type(error).__name__}" + (f" {code}" if code else "")
