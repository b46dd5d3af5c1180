"""All states within the bounds, breadth first, and whether every promise holds in each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog

from exploring.answers import Answers
from exploring.cast import Cast
from exploring.graph import Graph
from exploring.moves import Bounds, Move, Moves, State
from exploring.outside import Interned, Outside, Shop
from exploring.people import BEGUN
from exploring.promises import broken_now, two_live_orders
from exploring.settling import Settling
from exploring.story import Telling
from exploring.troupe import Code, Troupe

MOST_STATES = 3_000_000


class Found(NamedTuple):
    """A promise that is broken, and a shortest story that breaks it."""

    promise: str
    story: list[str]

    def __str__(self) -> str:
        return "\n  ".join((f"{self.promise}, after:", *self.story))


@dataclass(frozen=True, slots=True)
class Explored:
    """What an exploration came to."""

    states: int
    steps: int
    deaths: int
    """Different orders and shops that all at work may leave; each was let go on to its end."""
    schedules: int
    """Ways through the states, from the beginning to where nothing more may happen."""
    complete: bool
    found: Found | None

    def __str__(self) -> str:
        if not self.complete and self.found is None:
            return f"given up after {self.states:,} states: the bounds are too wide"
        if self.found is not None:
            return f"{self.states:,} states, then {self.found}"
        return (
            f"{self.states:,} states and {self.steps:,} steps between them, {self.schedules:.2g} "
            f"schedules, {self.deaths:,} deaths: never two, never none"
        )


class Explorer:
    """`rules` False: only what comes of it counts, not the rule that was broken on the way.
    Ends after `most` states, rather than eat the machine, and says then that it is not complete."""

    def __init__(
        self,
        bounds: Bounds,
        code: Code | None = None,
        *,
        rules: bool = True,
        most: int = MOST_STATES,
    ) -> None:
        self._most = most
        self._promise = broken_now if rules else two_live_orders
        self.outside = Outside(Interned(), Interned())
        self._cast = Cast(Troupe(code or Code(), self.outside.copy_of).begins)
        self.answers = Answers(self._cast, self.outside)
        self._moves = Moves(self._cast, self.answers, self.outside, rules=rules)
        self._settling = Settling(self._moves, self._cast, self.outside, self._promise)
        order = self.outside.order(BEGUN)
        self.graph: Graph[State, Move] = Graph(State(bounds, order, self.outside.shop(Shop())))
        self._kept: set[tuple[int, int]] = set()

    def __call__(self) -> Explored:
        """Ends at the first broken promise, or when all is explored."""
        with silent():
            found = self._found()
        complete = found is None and len(self.graph.states) <= self._most
        states, steps = len(self.graph.states), self.graph.steps
        ways = self.graph.ways() if complete else 0
        return Explored(states, steps, self._settling.settled, ways, complete, found)

    def story(self, number: int, *more: Move) -> list[str]:
        """How it came to this state, and further."""
        return Telling(self._cast).lines([*self.graph.story(number), *more])

    def _found(self) -> Found | None:
        for number, state in enumerate(self.graph.states):
            if len(self.graph.states) > self._most:
                return None
            try:
                found = self._out_of(number, state)
            except BaseException as error:
                error.add_note("\n  ".join(("It fell over after:", *self.story(number))))
                raise
            if found is not None:
                return found
        return None

    def _out_of(self, number: int, state: State) -> Found | None:
        for move, after, broken in self._moves.out_of(state):
            if promise := broken or self._broken(after):
                return Found(promise, self.story(number, move))
            self.graph.leads(number, move, after)
        self.graph.done()
        if late := self._settling(state):
            return Found(late.promise, self.story(number, *late.story))
        return None

    def _broken(self, state: State) -> str | None:
        key = (state.order, state.shop)
        if key in self._kept:
            return None
        broken = self._promise(self.outside.orders[state.order], self.outside.shops[state.shop])
        if broken is None:
            self._kept.add(key)
        return broken


@contextmanager
def silent() -> Iterator[None]:
    """Placing warns of what goes wrong, which here is nearly everything."""
    before = structlog.get_config()
    structlog.configure(processors=[_dropped], cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)


def _dropped(*_: Any) -> Any:
    raise structlog.DropEvent
