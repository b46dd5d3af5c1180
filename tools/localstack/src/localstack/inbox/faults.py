"""What the inbox does wrong when a test asks for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

HANG_S = 120.0

Verb = Literal["connect", "mail", "rcpt", "data"]


class Fault(BaseModel):
    """The next `times` uses of a verb go wrong.

    `fault` is a status code (`"450"`), `hang` (no answer, nothing kept), `abort` (the connection
    is cut, nothing kept), and for `data` also `abort_after_data` and `hang_after_data`: the mail
    is kept, and its sender never learns.
    """

    verb: Verb
    fault: str = Field(pattern=r"^([45]\d\d|hang|abort|abort_after_data|hang_after_data)$")
    times: int = Field(1, ge=1)


@dataclass(frozen=True)
class Met:
    """A fault that strikes now."""

    fault: str

    @property
    def after(self) -> bool:
        """Whether the mail is kept all the same."""
        return self.fault.endswith("_after_data")

    async def strike(self, transport: asyncio.BaseTransport | None) -> str:
        """The status line to send; a cut or silent connection never gets one."""
        if self.fault.isdigit():
            return f"{self.fault} as a test asked for"
        if self.fault.startswith("abort") and isinstance(transport, asyncio.WriteTransport):
            transport.abort()
        await asyncio.sleep(HANG_S)
        return "421 that took too long"


class Faults:
    """The faults still to come, first set first met."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def set(self, fault: Fault) -> None:
        """Add one behind those that wait already."""
        self._waiting.append(fault.model_copy())

    def clear(self) -> None:
        """Behave from now on."""
        self._waiting.clear()

    def waiting(self) -> list[Fault]:
        """Those not used up."""
        return list(self._waiting)

    def meet(self, verb: str) -> Met | None:
        """The fault for this verb, used once; None when there is none."""
        for fault in self._waiting:
            if fault.verb == verb:
                fault.times -= 1
                if not fault.times:
                    self._waiting.remove(fault)
                return Met(fault.fault)
        return None
