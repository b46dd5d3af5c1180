"""A story as lines that people read and `replay` understands."""

from collections.abc import Iterator, Sequence
from string import ascii_uppercase

from exploring.cast import Cast
from exploring.moves import Move

SWEEPER = "sweeper"


class Telling:
    """Workers are named A, B, C in the order in which they begin; a coroutine's number in the cast
    changes with each call, its name does not."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._at_work: list[tuple[int, str]] = []
        self._letters = iter(ascii_uppercase)

    def lines(self, story: Sequence[Move]) -> list[str]:
        """One for each move."""
        return list(self._told(story))

    def _told(self, story: Sequence[Move]) -> Iterator[str]:
        for move in story:
            match move.what:
                case "begins":
                    yield self._begins(move.who)
                case "call":
                    yield self._calls(move)
                case "dies":
                    yield f"{self._name_of(move.who, 0)} dies"
                case "all die" | "at the end":
                    self._at_work = []
                    yield move.what
                case what:
                    yield f"{what}: {move.how}"

    def _begins(self, who: int) -> str:
        role = self._cast[who].role
        if role.kind == "sweep":
            self._at_work.append((who, SWEEPER))
            return f"{SWEEPER} begins"
        name = next(self._letters)
        self._at_work.append((who, name))
        _, epoch, short = role.how
        return f"{name} begins, epoch {epoch}{', short lease' if short else ''}"

    def _calls(self, move: Move) -> str:
        name = self._name_of(move.who, move.then)
        fault = f", {move.how}" if move.how else ""
        return f"{name}: {self._cast[move.who].doing}{fault}{'' if move.then else ', and ends'}"

    def _name_of(self, who: int, then: int) -> str:
        index = [number for number, _ in self._at_work].index(who)
        _, name = self._at_work.pop(index)
        if then:
            self._at_work.append((then, name))
        return name
