"""The worker: claims what is due and sends it, a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from giftstream.mongo import Document

from notification.mails.messages import Messages

AT_ONCE = 8
MOST_A_RUN = 200
LOOKS_EVERY_S = 0.5
STOP_WITHIN_S = 15.0


class SendDueMessages:
    """Called twice a second. No mail waits for another's server: each is sent by itself, and the
    next one is claimed as soon as there is room."""

    def __init__(
        self, messages: Messages, send: Callable[[Document], Awaitable[None]], lease: timedelta
    ) -> None:
        self._messages = messages
        self._send = send
        self._lease = lease
        self._sending: set[asyncio.Future[None]] = set()

    async def __call__(self) -> None:
        """Until nothing more is due, or so many were claimed that the service can still be
        stopped. A message whose sending raises stays claimed until its lease is over; what it
        raised is raised here, then or the next time."""
        begun = 0
        while begun < MOST_A_RUN:
            self._look_at_ended()
            if room := AT_ONCE - len(self._sending):
                claimed = await self._messages.claim(self._lease, room)
                self._sending |= {asyncio.ensure_future(self._send(one)) for one in claimed}
                begun += len(claimed)
                if not claimed:
                    return
            if not await self._one_ended():
                return

    async def stop(self) -> None:
        """At a shutdown: what is being sent ends, or stays claimed until its lease is over."""
        if self._sending:
            _, late = await asyncio.wait(self._sending, timeout=STOP_WITHIN_S)
            for one in late:
                one.cancel()
            await asyncio.gather(*self._sending, return_exceptions=True)

    async def _one_ended(self) -> bool:
        # The wait is short: a service that stops waits for this run.
        ended, _ = await asyncio.wait(
            self._sending, timeout=LOOKS_EVERY_S, return_when=asyncio.FIRST_COMPLETED
        )
        return bool(ended)

    def _look_at_ended(self) -> None:
        ended = {one for one in self._sending if one.done()}
        self._sending -= ended
        for error in [one.exception() for one in ended]:
            if error is not None:
                raise error
