"""One protection taken away, and the tests that must notice."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Mutation:
    """`edits` turn the file into one without the protection; `tests` must fail then."""

    name: str
    promise: str
    file: str
    edits: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]

    @property
    def path(self) -> Path:
        """The file as it stands in the repository."""
        return ROOT / self.file

    @property
    def sources(self) -> Path:
        """The `src` folder that the file belongs to."""
        return next(one for one in self.path.parents if one.name == "src")

    def applied(self) -> str:
        """The file without the protection. ValueError when an edit does not fit any more."""
        text = self.path.read_text()
        for before, after in self.edits:
            if text.count(before) != 1:
                raise ValueError(
                    f"{self.name}: {self.file} has this {text.count(before)} times, not once: "
                    f"{before.strip()!r}. Correct the mutation."
                )
            text = text.replace(before, after)
        return text
