"""The worker: claims what is due and sends it, a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from giftstream.mongo import Document

from notification.mails.messages import Messages

AT_ONCE = 8
ROUNDS = 25


class SendDueMessages:
    """Runs until nothing is due, or for so many rounds that the service can still be stopped."""

    def __init__(
        self, messages: Messages, send: Callable[[Document], Awaitable[None]], lease: timedelta
    ) -> None:
        self._messages = messages
        self._send = send
        self._lease = lease

    async def __call__(self) -> None:
        """One run. A message whose sending raises stays claimed until its lease is over."""
        for _ in range(ROUNDS):
            claimed = await self._messages.claim(self._lease, AT_ONCE)
            if not claimed:
                return
            results = await asyncio.gather(
                *(self._send(message) for message in claimed), return_exceptions=True
            )
            for result in results:
                if isinstance(result, BaseException):
                    raise result
