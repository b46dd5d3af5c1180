"""The SMTP side of the inbox."""

from __future__ import annotations

import asyncio
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from localstack.inbox.faults import Faults
from localstack.inbox.mails import Mails

IDLE_S = 120.0
SIZE_LIMIT = 10 * 1024 * 1024


class KeepMail:
    """aiosmtpd's handler: a mail is acknowledged once it is on disk."""

    def __init__(self, mails: Mails) -> None:
        self._mails = mails

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep it."""
        content = envelope.content
        assert isinstance(content, bytes)
        mail = self._mails.keep(envelope.mail_from, envelope.rcpt_tos, content)
        return f"250 OK kept as {mail['id']}"


class InboxSmtp(SMTP):
    """One connection; faults strike where aiosmtpd would ask its handler."""

    def __init__(self, mails: Mails, faults: Faults, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            KeepMail(mails),
            loop=loop,
            hostname="localhost",
            ident="giftstream inbox",
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            timeout=IDLE_S,
        )
        self._faults = faults

    async def _handle_client(self) -> None:
        if met := self._faults.meet("connect"):
            await self.push(await met.strike(self.transport))
            if self.transport is not None:
                self.transport.close()
            return
        await super()._handle_client()

    async def _call_handler_hook(self, command: str, *args: Any) -> Any:
        met = self._faults.meet(command.lower())
        if met is None:
            return await super()._call_handler_hook(command, *args)
        if met.after:
            await super()._call_handler_hook(command, *args)
        return await met.strike(self.transport)


async def serve_smtp(mails: Mails, faults: Faults, port: int) -> asyncio.Server:
    """Listen on the loopback address."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: InboxSmtp(mails, faults, loop), "127.0.0.1", port)
