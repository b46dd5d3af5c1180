"""What becomes of a state if all who are at work die in it, and nothing goes wrong after that."""

from collections.abc import Callable
from typing import NamedTuple

from exploring.cast import Cast, Role
from exploring.moves import Bounds, Move, Moves, State
from exploring.outside import Document, Outside, Shop
from exploring.promises import broken_in_the_end

Promise = Callable[[Document, Shop], str | None]
ROUNDS = 20
NOTHING = Bounds(0, 0, 0, 0, 0)


class Unsettled(NamedTuple):
    """The promise that does not hold, and the moves that show it."""

    promise: str
    story: list[Move]


class Broken(Exception):
    """A promise, on the way."""


class Settling:
    """Workers come while something is due, a person places again what is held, the sweep passes.

    What the network still has arrives before all that, or after all that.
    """

    def __init__(self, moves: Moves, cast: Cast, outside: Outside, promise: Promise) -> None:
        self._moves = moves
        self._cast = cast
        self._outside = outside
        self._promise = promise
        self._story: list[Move] = []
        self._known: dict[tuple[int, int], Unsettled | None] = {}

    @property
    def settled(self) -> int:
        """How many different ones there were."""
        return len(self._known)

    def __call__(self, state: State) -> Unsettled | None:
        """None when all is well in the end."""
        key = (state.order, state.shop)
        if key not in self._known:
            under_way = bool(self._outside.shops[state.shop].under_way)
            self._known[key] = self._ends_well(state, arrives=True)
            if under_way and self._known[key] is None:
                self._known[key] = self._ends_well(state, arrives=False)
        return self._known[key]

    def _ends_well(self, state: State, *, arrives: bool) -> Unsettled | None:
        self._story = [Move("all die")]
        state = state._replace(left=NOTHING, workers=(), sweeper=0)
        try:
            if arrives:
                state = self._arrived(state)
            state = self._arrived(self._at_rest(state))
            state = self._swept(self._at_rest(state))
        except Broken as broken:
            return Unsettled(str(broken), self._story)
        order, shop = self._outside.orders[state.order], self._outside.shops[state.shop]
        promise = broken_in_the_end(order, shop)
        self._story.append(Move("at the end"))
        return Unsettled(promise, self._story) if promise else None

    def _at_rest(self, state: State) -> State:
        for _ in range(ROUNDS):
            order = self._outside.orders[state.order]
            if order["due_at"] is not None:
                epoch = state.epoch + 1
                role = Role("worker", (state.order, epoch, False))
                state = self._alone(state._replace(epoch=epoch), role)
            elif order["status"] == "on_hold":
                state = self._moves.decided(state, "place")
                self._went(Move("decides", 0, "place"), state, None)
            else:
                return state
        raise Broken("it never comes to rest")

    def _swept(self, state: State) -> State:
        if not self._outside.shops[state.shop].open:
            return state
        return self._alone(state, Role("sweep"))

    def _alone(self, state: State, role: Role) -> State:
        who = self._cast.begins(role)
        self._story.append(Move("begins", who))
        working = (who,) if role.kind == "worker" else ()
        state = state._replace(workers=working, sweeper=0 if working else who)
        while who := state.workers[0] if state.workers else state.sweeper:
            move, state, broken = self._moves.called(state, who, None)
            self._went(move, state, broken)
        return state

    def _arrived(self, state: State) -> State:
        while self._outside.shops[state.shop].under_way:
            state = self._moves.arrived(state, 0)
            self._went(Move("arrives", 0, 0), state, None)
        return state

    def _went(self, move: Move, state: State, broken: str | None) -> None:
        self._story.append(move)
        order, shop = self._outside.orders[state.order], self._outside.shops[state.shop]
        if promise := broken or self._promise(order, shop):
            raise Broken(promise)
