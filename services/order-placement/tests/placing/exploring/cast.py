"""Coroutines as what they were told: run anew from their beginning to where they stop next."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, NamedTuple

from giftstream.delivery import Transient
from giftstream.http.problems import Problem
from giftstream_platforms.failures import AccessLost, OutcomeUnknown, StoreRefused
from order_placement.placing.placements import Placements

from exploring.calls import Call
from exploring.outside import Interned

MOST_ANSWERS = 60
MAY_END_WITH = {
    "worker": (AccessLost,),
    "sweep": (Transient, OutcomeUnknown, StoreRefused, AccessLost),
    "person": (Problem, Transient),
}
"""What those who start them catch. Anything else is a mistake, and ends the exploration."""


class Role(NamedTuple):
    """Who it is, and how it began."""

    kind: str
    how: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """One coroutine, stopped before a call; `call` None: it has ended."""

    role: Role
    heard: tuple[int, ...]
    call: Call | None
    doing: str
    """The step of the repository, or the store's operation."""


class Answer(NamedTuple):
    """What a call came to: `made` gives it anew for every run, so that nothing is shared."""

    made: Callable[[], Any]
    fails: bool = False


class Cast:
    """Every coroutine in every state that was met, each with a number."""

    def __init__(self, begun: Callable[[Role], Coroutine[Any, Any, Any]]) -> None:
        self._begun = begun
        self._actors: Interned[Actor] = Interned()
        self._answers: Interned[Answer] = Interned()
        self._next: dict[tuple[int, int], int] = {}

    def __getitem__(self, number: int) -> Actor:
        return self._actors[number]

    def __len__(self) -> int:
        return len(self._actors)

    def begins(self, role: Role) -> int:
        """Its number before its first call."""
        return self._number(role, ())

    def hears(self, number: int, key: Any, answer: Answer) -> int:
        """Its number before its next call. `key` tells answers apart."""
        told = self._answers.number(key, answer)
        if (number, told) not in self._next:
            actor = self._actors[number]
            self._next[number, told] = self._number(actor.role, (*actor.heard, told))
        return self._next[number, told]

    def _number(self, role: Role, heard: tuple[int, ...]) -> int:
        assert len(heard) < MOST_ANSWERS, f"{role.kind} does not end"
        coroutine = self._begun(role)
        call: Call | None = None
        try:
            call = coroutine.send(None)
            for told in heard:
                call = answered(coroutine, self._answers[told])
        except (StopIteration, *MAY_END_WITH[role.kind]):
            call = None
        doing = "" if call is None else doing_of(coroutine, call)
        coroutine.close()
        key = (role, heard)
        return self._actors.number(key, Actor(role, heard, call, doing))


def answered(coroutine: Coroutine[Any, Any, Any], answer: Answer) -> Call:
    """One step further, to its next call."""
    what = answer.made()
    call: Call = coroutine.throw(what) if answer.fails else coroutine.send(what)
    return call


def failing(error: Exception) -> Answer:
    """The same failure each time, without the traces of the time before."""

    def made() -> Exception:
        error.__cause__ = error.__context__ = None
        return error.with_traceback(None)

    return Answer(made, fails=True)


def doing_of(coroutine: Any, call: Call) -> str:
    """The repository's own word for it, when the call is one of its."""
    while (frame := getattr(coroutine, "cr_frame", None)) is not None:
        if isinstance(frame.f_locals.get("self"), Placements):
            return str(coroutine.cr_code.co_name)
        coroutine = coroutine.cr_await
    return call.name
