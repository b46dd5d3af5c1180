"""The states that were met, and the steps between them."""

from array import array
from typing import Generic, TypeVar

S = TypeVar("S")
M = TypeVar("M")


class Graph(Generic[S, M]):
    """States in the order in which they were met; each is gone out of once, in that order."""

    def __init__(self, start: S) -> None:
        self.states = [start]
        self._numbers = {start: 0}
        self._came: list[tuple[int, M] | None] = [None]
        self._targets = array("I")
        self._ends = array("I")

    @property
    def steps(self) -> int:
        """How many there are between states."""
        return len(self._targets)

    def leads(self, number: int, move: M, after: S) -> None:
        """A step out of the state that is gone out of now."""
        target = self._numbers.get(after)
        if target is None:
            target = self._numbers[after] = len(self.states)
            self.states.append(after)
            self._came.append((number, move))
        self._targets.append(target)

    def done(self) -> None:
        """All steps out of this state are known."""
        self._ends.append(len(self._targets))

    def story(self, number: int) -> list[M]:
        """The moves by which a state was first met: no others are fewer."""
        moves = []
        while (came := self._came[number]) is not None:
            number, move = came
            moves.append(move)
        return moves[::-1]

    def ways(self) -> int:
        """How many there are from the beginning to where nothing more may happen."""
        waiting, ways = array("I", bytes(4 * len(self.states))), [0] * len(self.states)
        for target in self._targets:
            waiting[target] += 1
        ways[0], ready, gone, ended = 1, [0], 0, 0
        while ready:
            number = ready.pop()
            gone += 1
            targets = self._out_of(number)
            ended += 0 if targets else ways[number]
            for target in targets:
                ways[target] += ways[number]
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)
        assert gone == len(self.states), "there is a circle: some step spends nothing"
        return ended

    def _out_of(self, number: int) -> "array[int]":
        return self._targets[self._ends[number - 1] if number else 0 : self._ends[number]]
