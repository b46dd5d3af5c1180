"""What may happen next: a call, a fault in it, a crash, somebody new, something late."""

from collections.abc import Iterator
from typing import NamedTuple

from exploring.answers import Answers, Effect
from exploring.calls import Call
from exploring.cast import Cast, Role
from exploring.outside import Outside, Shop
from exploring.people import ORDER_ID, may
from exploring.promises import broken_discard, broken_permission


class Bounds(NamedTuple):
    """How much may happen in one story. Interleavings are not bounded."""

    claims: int = 3
    """How often a worker begins with the order, two at a time."""
    faults: int = 1
    """Calls that go wrong, leases that run short, drafts removed by a merchant."""
    crashes: int = 1
    decisions: int = 1
    """Of people: cancel, place again, edit, reject."""
    sweeps: int = 1


class State(NamedTuple):
    """All that the future depends on."""

    left: Bounds
    order: int
    shop: int
    epoch: int = 0
    workers: tuple[int, ...] = ()
    sweeper: int = 0


class Move(NamedTuple):
    """One step of a story; `who` is an actor's number, where it is one of theirs."""

    what: str
    who: int = 0
    how: str | int | None = None
    then: int = 0
    """The actor's number afterwards; 0 when it has ended."""


class Moves:
    """The moves out of a state."""

    def __init__(self, cast: Cast, answers: Answers, outside: Outside, *, rules: bool) -> None:
        self._rules = rules
        self._cast = cast
        self._answers = answers
        self._outside = outside

    def out_of(self, state: State) -> Iterator[tuple[Move, State, str | None]]:
        """Each move with where it leads, and the rule that it breaks, if any."""
        for who in dict.fromkeys((*state.workers, state.sweeper)):
            if who:
                yield from self._calls(state, who)
                if state.left.crashes:
                    left = less(state.left, crashes=1)
                    yield Move("dies", who), replaced(state, who, 0)._replace(left=left), None
        for move, after in (*self._begins(state), *self._decides(state), *self._shops(state)):
            yield move, after, None

    def _calls(self, state: State, who: int) -> Iterator[tuple[Move, State, str | None]]:
        yield self.called(state, who, None)
        if self._answers.stale(who, state.shop):
            yield self.called(state, who, "stale")
        if state.left.faults:
            cheaper = state._replace(left=less(state.left, faults=1))
            for fault in self._answers.faults(who):
                yield self.called(cheaper, who, fault)

    def called(self, state: State, who: int, fault: str | None) -> tuple[Move, State, str | None]:
        """The actor's next call, carried out."""
        call = self._cast[who].call
        assert call is not None
        done = self._answers.effect(who, state.order, state.shop, fault)
        then = done.actor if self._cast[done.actor].call else 0
        after = replaced(state, who, then)
        after = after._replace(order=done.order, shop=done.shop)
        return Move("call", who, fault, then), after, self._broken_rule(call, state, after, done)

    def _broken_rule(self, call: Call, state: State, after: State, done: Effect) -> str | None:
        if not self._rules:
            return None
        if call.name == "discard":
            return broken_discard(self._outside.orders[state.order], call.args[0])
        if done.permitted:
            order, shop = self._outside.orders[after.order], self._outside.shops[after.shop]
            return broken_permission(order, shop)
        return None

    def _begins(self, state: State) -> Iterator[tuple[Move, State]]:
        order, left = self._outside.orders[state.order], state.left
        if left.claims and len(state.workers) < 2 and order["due_at"] is not None:
            # Alone, a worker has the newest epoch; a second one may have taken the lane over.
            for taken in (1, 0) if state.workers else (1,):
                for short in (False, True) if left.faults else (False,):
                    yield self._claims(state, taken, short)
        if left.sweeps and not state.sweeper and self._outside.shops[state.shop].open:
            who = self._cast.begins(Role("sweep"))
            after = state._replace(left=less(left, sweeps=1), sweeper=who)
            yield Move("begins", who), after

    def decided(self, state: State, verb: str) -> State:
        """A person's decision is one move: it is written only where nobody wrote since it was
        read, so that what comes between the two only makes it be decided again."""
        who, order = self._cast.begins(Role("person", (verb, ORDER_ID))), state.order
        while self._cast[who].call is not None:
            done = self._answers.effect(who, order, state.shop, None)
            who, order = done.actor, done.order
        return state._replace(order=order)

    def _decides(self, state: State) -> Iterator[tuple[Move, State]]:
        if state.left.decisions:
            left = less(state.left, decisions=1)
            for verb in may(self._outside.orders[state.order]):
                yield Move("decides", 0, verb), self.decided(state, verb)._replace(left=left)

    def _claims(self, state: State, taken: int, short: bool) -> tuple[Move, State]:
        epoch = state.epoch + taken
        who = self._cast.begins(Role("worker", (state.order, epoch, short)))
        workers = tuple(sorted((*state.workers, who)))
        left = less(state.left, claims=1, faults=int(short))
        return Move("begins", who), state._replace(left=left, epoch=epoch, workers=workers)

    def _shops(self, state: State) -> Iterator[tuple[Move, State]]:
        shop = self._outside.shops[state.shop]
        for index in range(len(shop.under_way)):
            yield Move("arrives", 0, index), self.arrived(state, index)
        if state.left.faults:
            for draft in shop.open:
                left = less(state.left, faults=1)
                rest = tuple(one for one in shop.drafts if one is not draft)
                number = self._outside.shop(Shop(rest, *shop[1:]))
                yield Move("removes", 0, draft.handle), state._replace(left=left, shop=number)

    def arrived(self, state: State, index: int) -> State:
        """What the network held back is done now."""
        store = self._outside.shops[state.shop].opened()
        store.arrive_one(index)
        return state._replace(shop=self._outside.shop(Shop.of(store)))


def less(
    left: Bounds,
    *,
    claims: int = 0,
    faults: int = 0,
    crashes: int = 0,
    decisions: int = 0,
    sweeps: int = 0,
) -> Bounds:
    return Bounds(
        left.claims - claims,
        left.faults - faults,
        left.crashes - crashes,
        left.decisions - decisions,
        left.sweeps - sweeps,
    )


def replaced(state: State, who: int, after: int) -> State:
    if who == state.sweeper:
        return state._replace(sweeper=after)
    workers = list(state.workers)
    workers.remove(who)
    if after:
        workers.append(after)
        workers.sort()
    return state._replace(workers=tuple(workers))
